import { describe, expect, it } from "vitest";
import { fromLink } from "../../playground/src/settings/link.ts";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

const said = (play: PlaygroundPage): Promise<string> => play.text("measured-said");

async function opened(): Promise<PlaygroundPage> {
  const play = await pages.open({ ...STILL, burst: 40, workers: 40, queueSize: 40 });
  await play.page.evaluate(() => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
  });
  return play;
}

/** A HAR of so many entries, each of 70 + 30 ms; every tenth is a 429. */
function har(entries: number): Buffer {
  const list = Array.from({ length: entries }, (_, at) => ({
    time: 400,
    request: { url: "https://secret.example/hush", headers: [{ name: "cookie", value: "hush" }] },
    response: { status: at % 10 === 0 ? 429 : 200, content: { size: 3000 } },
    timings: { blocked: -1, wait: 70, receive: 30 },
  }));
  return Buffer.from(JSON.stringify({ log: { version: "1.2", entries: list } }));
}

const file = (name: string, buffer: Buffer): { name: string; mimeType: string; buffer: Buffer } => ({
  name,
  mimeType: "application/json",
  buffer,
});

describe("Measured latencies", () => {
  it("that are pasted are those of the server, and go into the link", async () => {
    const play = await opened();
    await play.page.fill("#set-measured", "40ms, 0.06 s\n90");
    await expect.poll(() => said(play)).toContain("3 requests, p50 60 ms, p95 90 ms.");
    expect(await play.page.isDisabled("#set-latency")).toBe(true);
    expect(await play.page.isDisabled("#set-errors")).toBe(false);
    await play.press("burst");
    await play.step(200);
    expect(new Set(await play.times("headers"))).toEqual(new Set([40, 60, 90]));
    await expect.poll(() => fromLink(new URL(play.page.url()).hash).measured).toBe("n3_t40-60-90");
    // A HAR may be pasted too: nothing of it stays.
    await play.page.fill("#set-measured", har(5).toString());
    await expect.poll(() => said(play)).toContain("5 requests, p50 100 ms");
    expect(await play.page.inputValue("#set-measured")).toBe("");
    await play.page.fill("#set-measured", "40ms, 0.06 s\n90");
    await expect.poll(() => said(play)).toContain("3 requests");
    // What is wrong is named; nothing is lost.
    await play.page.fill("#set-measured", "40ms, soon");
    await expect.poll(() => said(play)).toContain("No. 2, “soon”, is no time.");
    expect(await said(play)).toContain("In force: 3 requests, p50 60 ms");
    expect(await play.page.inputValue("#set-measured")).toBe("40ms, soon");
    expect(fromLink(new URL(play.page.url()).hash).measured).toBe("n3_t40-60-90");
    await play.press("measured-remove");
    await expect.poll(() => fromLink(new URL(play.page.url()).hash).measured).toBe("");
    expect(await play.page.isDisabled("#set-latency")).toBe(false);
    expect(await said(play)).toBe("");
    expect(await play.page.inputValue("#set-measured")).toBe("");
  });

  it("of a HAR come with its shares of 429 and 5xx, and nothing else of it is kept", async () => {
    const play = await opened();
    const sent: string[] = [];
    play.page.on("request", (request) => sent.push(request.url()));
    await play.page.setInputFiles("#measured-file", file("a.har", har(500)));
    await expect.poll(() => said(play)).toContain("500 requests, p50 100 ms, p95 100 ms, 10 % 429");
    expect(await said(play)).toContain("64 of the times are kept");
    for (const key of ["latency", "shape", "errors", "body"]) {
      expect(await play.page.isDisabled(`#set-${key}`), key).toBe(true);
    }
    await play.press("burst");
    await play.step(200);
    expect(new Set(await play.times("headers"))).toEqual(new Set([100]));
    const statuses = new Set((await play.finishes()).map((what) => what.slice(4, 7)));
    expect(statuses).toEqual(new Set(["200", "429"]));
    const { href } = new URL(play.page.url());
    await expect.poll(() => play.page.url()).toContain("measured=n500_t100");
    expect(await play.page.content()).not.toMatch(/secret|hush/);
    expect(`${href} ${await play.page.evaluate(() => JSON.stringify(localStorage))}`).not.toMatch(/secret|hush/);
    // Not a byte has left the page: all that was asked for is its own script.
    expect(sent.filter((url) => !/^blob:|\/assets\/reader-worker/.test(url))).toEqual([]);
  });

  it("may be dropped anywhere on the page, and a file that is none is told so", async () => {
    const play = await opened();
    const drop = (text: string): Promise<void> =>
      play.page.evaluate((content) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], "a.har"));
        for (const type of ["dragover", "drop"]) {
          const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector("h1")?.dispatchEvent(event);
          if (!event.defaultPrevented) throw new Error(`${type} would open the file`);
        }
      }, text);
    await drop("120 ms\n80 ms");
    await expect.poll(() => said(play)).toContain("2 requests, p50 80 ms");
    await drop('{"log": {"entries": [');
    await expect.poll(() => said(play)).toContain("it breaks off before its end");
    expect(await said(play)).toContain("In force: 2 requests");
  });

  it("are read in a thread of its own, so that a big file does not make the page stand still", async () => {
    const play = await opened();
    const worker = play.page.waitForEvent("worker");
    await play.page.setInputFiles("#measured-file", file("big.har", har(20_000)));
    expect((await worker).url()).toContain("reader-worker");
    await expect.poll(() => said(play)).toContain("20,000 requests, p50 100 ms");
    await expect.poll(() => play.page.workers().length).toBe(0);
  });

  it("are there again for who opens the link", async () => {
    const play = await pages.open({ ...STILL, measured: "n312_t80-120-870_s429*2.1_b2000" });
    await expect
      .poll(() => said(play))
      .toBe("312 requests, p50 120 ms, p95 870 ms, 2.1 % 429, bodies of 2 kB at the median.");
    expect(await play.page.getAttribute("#measured-remove", "hidden")).toBeNull();
    expect(await play.page.textContent("#set-latency-help")).toContain("As measured");
  });
});
