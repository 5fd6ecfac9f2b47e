import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** What the browser traced, in µs. `tdur` is time on the processor: what others take of it does not count. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
}

/** Tasks of the event loop that are script, with the promises that settle at their ends. */
const SCRIPT = new Set([
  "FireAnimationFrame",
  "FunctionCall",
  "EvaluateScript",
  "TimerFire",
  "EventDispatch",
  "RunMicrotasks",
  "V8.GC_MC_INCREMENTAL",
  "MinorGC",
  "MajorGC",
]);

/** ms of script in each frame, from one animation frame to the next. */
function scriptPerFrame(events: readonly TraceEvent[]): number[] {
  const frame = events.find(({ name }) => name === "FireAnimationFrame");
  const script = events
    .filter(({ name, ph, pid, tid }) => pid === frame?.pid && tid === frame.tid && ph === "X" && SCRIPT.has(name))
    .toSorted((one, other) => one.ts - other.ts);
  const frames: number[] = [];
  let end = 0; // of the outermost: what is nested has been counted
  for (const { name, ts, dur = 0, tdur = 0 } of script) {
    if (name === "FireAnimationFrame" && ts >= end) frames.push(0);
    if (ts < end || frames.length === 0) continue;
    end = ts + dur;
    frames[frames.length - 1] = (frames.at(-1) ?? 0) + tdur / 1000;
  }
  return frames.slice(0, -1);
}

describe("With 100 slots and 1,000 requests a second", () => {
  it("a frame costs at most 8 ms of script", async () => {
    const full = PRESETS.find(({ id }) => id === "full")?.settings ?? STILL;
    expect(full).toMatchObject({ workers: 100, rate: 1000 });
    const play = await pages.open(full, { viewport: { width: 1440, height: 900 } });
    await expect.poll(() => play.time(), { timeout: 60_000 }).toBeGreaterThan(1500); // warm
    const before = { at: await play.time(), ...(await play.counts("queued")) };
    await pages.browser().startTracing(play.page, { categories: ["devtools.timeline", "disabled-by-default-v8.gc"] });
    await play.page.waitForTimeout(5000);
    const trace = await pages.browser().stopTracing();
    const frames = scriptPerFrame((JSON.parse(trace.toString("utf8")) as { traceEvents: TraceEvent[] }).traceEvents);
    await play.settled();
    const after = { at: await play.time(), ...(await play.counts("queued")) };
    const sorted = frames.toSorted((one, other) => one - other);
    const share = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    const rate = ((after.queued - before.queued) / (after.at - before.at)) * 1000;
    console.log(
      `${frames.length} frames, script per frame: median ${share(0.5).toFixed(1)} ms, 95 % ${share(0.95).toFixed(1)} ms, most ${share(1).toFixed(1)} ms; ${Math.round(rate)} requests a second over ${after.at - before.at} ms of the scene`,
    );
    expect(frames.length).toBeGreaterThan(20);
    expect(rate).toBeGreaterThan(900);
    expect(share(0.95)).toBeLessThanOrEqual(8);
  });
});

describe("The built page", () => {
  it("has no address in it that leaves its folder", () => {
    const html = readFileSync(new URL("../../playground/dist/index.html", import.meta.url), "utf8");
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
    expect(addresses.filter((address) => address.startsWith("./assets/"))).toHaveLength(2);
    for (const address of addresses) expect(address).toMatch(/^(\.\/assets\/|#|data:)/);
  });

  it("needs nothing from elsewhere", async () => {
    const play = await pages.open(STILL);
    const { origin } = new URL(pages.site().url);
    const loaded = await play.page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect(loaded.length).toBeGreaterThan(1);
    for (const address of loaded) expect(address.startsWith(origin), address).toBe(true);
    expect(pages.site().missing).toEqual([]);
  });
});
