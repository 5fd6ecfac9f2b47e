import { beforeEach, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { shares } from "./support/shares.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

/** How often each trouble happened, and its share. */
async function troubles(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const trouble of ["limited", "server", "timeout", "other"]) {
    const count = await play.text(`count-${trouble}`);
    if (count !== "0") found[trouble] = `${count}, ${await play.text(`share-${trouble}`)}`;
  }
  return found;
}

describe("What goes wrong", () => {
  it("is counted apart, with its share", async () => {
    await play.burst({ burst: 5, limit: 2, retryAfter: 2 });
    await play.step(500);
    expect(await troubles()).toEqual({ limited: "3, 60 %" });
    await play.burst({ burst: 10, errors: 100 });
    await play.step(500);
    expect(await troubles()).toEqual({ server: "10, 100 %" });
    await play.burst({ burst: 4, latency: 1000, timeout: 200 });
    await play.step(500);
    expect(await troubles()).toEqual({ timeout: "4, 100 %" });
    await play.burst({ burst: 4, resets: 100 });
    await play.step(500);
    expect(await troubles()).toEqual({ other: "4, 100 %" });
  });

  it("is counted for each attempt", async () => {
    await play.burst({ burst: 1, errors: 100, retry: true, retryJitter: false, retryLimit: 2 });
    await play.step(2000);
    expect(await troubles()).toEqual({ server: "3, 100 %" });
  });

  it("has a sign that is seen also where its bar is two pixels wide", async () => {
    const ink = async (): Promise<number> => (await shares(play, "tracks", ["ink"]))["ink"] ?? 0;
    const narrow = { burst: 1, workers: 2, latency: 20, span: 20, body: 0 };
    await play.burst(narrow);
    await play.step(1000);
    const without = await ink();
    for (const trouble of [{ errors: 100 }, { latency: 500, timeout: 20 }, { resets: 100 }]) {
      await play.burst({ ...narrow, ...trouble });
      await play.step(1000);
      expect(await ink()).toBeGreaterThan(without);
    }
  });
});

describe("What the settings mean", () => {
  it("is said above the picture, and follows them", async () => {
    await play.show({ ...STILL, workers: 6, period: 600, limit: 4 });
    expect(await play.text("means")).toBe(
      "Starts at most 6 × 1000 ÷ 600 = 10 a second, and 6 at once at each beat. The server takes 4 a second, and 10 may come: expect 429.",
    );
    await play.set("workers", 2);
    await expect.poll(() => play.text("means")).toContain("2 × 1000 ÷ 600 = 3.33 a second");
    expect(await play.text("means")).toContain("keep to that");
  });

  it("is drawn beside the starts, as is the server's limit", async () => {
    await play.show({ ...STILL, workers: 2, period: 500, rate: 3, limit: 5 });
    await play.step(3000);
    await expect
      .poll(() => play.page.getAttribute("#starts", "aria-label"))
      .toBe("At 3 s: started 3 a second, the settings’ pace 4 a second, the server’s limit 5 a second");
  });
});
