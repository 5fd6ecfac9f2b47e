import { fileURLToPath } from "node:url";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const REAL = { ...STILL, world: "real", burst: 3 } as const;

const pages = usePages();

async function burstTo(url: string, settings: object = {}, mayComplain = true): Promise<PlaygroundPage> {
  const play = await pages.openAt(pages.site().url, { ...REAL, url, ...settings }, mayComplain);
  if (await play.page.locator("#start").isVisible()) await play.press("start");
  await play.press("burst");
  return play;
}

describe("Real fetch", () => {
  it("sends to an origin that allows it, in real time, and says nothing", async () => {
    const play = await burstTo(pages.site().openUrl, {}, false);
    await expect.poll(async () => (await play.counts("succeeded")).succeeded).toBe(3);
    expect((await play.log("finish")).map(({ what }) => what)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining(`ok: 200`)),
    );
    expect(await play.page.locator("#notice").isVisible()).toBe(false);
    expect(await play.page.locator("#set-tempo").isDisabled()).toBe(true);
  });

  it("sends nothing to another origin, not even for a link, until somebody presses Start", async () => {
    const link = { url: pages.site().openUrl, rate: 100, burst: 50, every: 1 };
    const play = await pages.openAt(pages.site().url, { ...REAL, ...link });
    await expect.poll(() => play.text("consent-words")).toContain(new URL(pages.site().openUrl).host);
    expect(await play.page.locator("#burst").isDisabled()).toBe(true);
    await play.page.waitForTimeout(1500);
    expect(await play.counts("queued")).toEqual({ queued: 0 });
    await play.press("start");
    await expect.poll(async () => (await play.counts("succeeded")).succeeded).toBeGreaterThan(0);
    expect(await play.page.locator("#consent").isVisible()).toBe(false);
    // Once is enough for an origin.
    await play.set("workers", 5);
    await expect.poll(async () => (await play.counts("succeeded")).succeeded).toBeGreaterThan(0);
  });

  it("keeps to its caps with other people's hosts in bursts too", async () => {
    const link = { url: pages.site().openUrl, rate: 1000, burst: 1000, every: 1, workers: 100, queueSize: 1000 };
    const play = await pages.openAt(pages.site().url, { ...REAL, ...link });
    await play.press("start");
    for (let press = 0; press < 10; press++) await play.press("burst");
    await expect.poll(async () => (await play.counts("queued")).queued).toBeGreaterThan(30);
    await play.press("pause"); // draws it all: counters and time are of one moment
    const { queued } = await play.counts("queued");
    expect(queued).toBeLessThanOrEqual(20 + ((await play.time()) / 1000) * 20);
  });

  it("posts what the load uploads", async () => {
    const play = await burstTo(pages.site().openUrl, { method: "POST", upload: 16, burst: 1 }, false);
    await expect.poll(async () => (await play.counts("succeeded")).succeeded).toBe(1);
  });

  it("explains in words that a server is there but does not allow this page (CORS)", async () => {
    const play = await burstTo(pages.site().closedUrl);
    await expect.poll(() => play.text("notice")).toContain("Access-Control-Allow-Origin");
    expect(await play.text("notice")).toContain(new URL(pages.site().closedUrl).host);
    await expect.poll(() => play.counts("failed")).toEqual({ failed: 3 });
  });

  it("explains that nothing answers, and that this is not CORS", async () => {
    const play = await burstTo(pages.site().deadUrl);
    await expect.poll(() => play.text("notice")).toContain("not about CORS");
  });

  it("explains what is no URL", async () => {
    const play = await burstTo("http://");
    await expect.poll(() => play.text("notice")).toContain("is not a URL");
  });

  it("says that a static site has no echo endpoint", async () => {
    const play = await burstTo("");
    await expect.poll(() => play.text("notice")).toContain("npm run playground");
  });

  it("keeps to a polite rate with other people's hosts", async () => {
    const play = await burstTo(pages.site().openUrl, { rate: 1000, burst: 1, workers: 100 }, false);
    await expect.poll(async () => (await play.counts("queued")).queued).toBeGreaterThan(30);
    await play.press("pause"); // draws it all: counters and time are of one moment
    const { queued } = await play.counts("queued");
    expect(queued / (await play.time())).toBeLessThan(25 / 1000);
  });
});

describe("The dev server", () => {
  let server: ViteDevServer;

  beforeAll(async () => {
    const root = fileURLToPath(new URL("../../playground/", import.meta.url));
    server = await createServer({ root, configFile: `${root}vite.config.ts`, logLevel: "error", server: { port: 0 } });
    await server.listen();
  });

  afterAll(() => server.close());

  it("has an echo endpoint of its own, which the page sends to", async () => {
    const address = server.httpServer?.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const play = await pages.openAt(`http://127.0.0.1:${port}/`, REAL);
    await play.page.waitForSelector("[data-preset]");
    await play.press("burst");
    await expect.poll(async () => (await play.counts("succeeded")).succeeded).toBe(3);
    expect(await play.page.locator("#notice").isVisible()).toBe(false);
  });
});
