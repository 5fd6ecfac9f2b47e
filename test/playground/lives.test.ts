import { describe, expect, it } from "vitest";
import { lineOf, stationOf, waitedFor } from "../../playground/src/scene/life.ts";
import { addSpent, nothingSpent, REASONS, totalOf } from "../../playground/src/scene/reasons.ts";
import { snapshotOf } from "../../playground/src/scene/snapshot.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { ANGRY, BUSY, STILL } from "./support/playground-page.ts";
import { playScene } from "./support/play-scene.ts";

const SCENES: readonly (readonly [string, Settings])[] = [
  ...PRESETS.filter(({ id }) => id !== "full").map(({ title, settings }) => [title, settings] as const),
  ["some of everything", BUSY],
  ["lanes and retries", ANGRY],
  ["lanes with a pace and a spread", { ...ANGRY, lanePeriod: 300, laneSpread: true, period: 0 }],
  ["piped, in lanes", { ...ANGRY, way: "writable" }],
  ["mapped, in lanes", { ...ANGRY, way: "map" }],
  ["fetched, with a spread", { ...BUSY, way: "fetch", spread: true }],
  ["run, and given up in line", { ...BUSY, way: "run", rate: 60, patience: 250 }],
  ["offered, tuned, in tuned lanes", { ...ANGRY, way: "offer", laneSlots: "tuned", slots: "tuned" }],
];

describe("What tasks wait for", () => {
  for (const [title, settings] of SCENES) {
    it(`adds up to how long they waited, and nothing of it is without a reason: ${title}`, async () => {
      const { scene, step, lives } = playScene(settings);
      for (let second = 0; second < 12; second++) await step(1000);
      const { ledger } = scene.lives;
      const now = scene.clock.now();
      const all = nothingSpent();
      for (const life of lives()) {
        for (const { waiting, span } of life.stages) {
          const spent = ledger.spentBy(waiting, now);
          expect(totalOf(spent), `#${life.id}`).toBeCloseTo((span?.from ?? life.end?.at ?? now) - waiting.from, 6);
          if (span === undefined) continue;
          // What the pool itself says. A rest ends between two ms, but the clock of a scene rings at whole ones.
          const rounding = spent.rest > 0 ? 1 : 1e-6;
          expect(Math.abs(totalOf(spent) - spent.rest - (span.waitedMs ?? -1)), `#${life.id}`).toBeLessThan(rounding);
        }
        const spent = waitedFor(life, ledger, now);
        expect(spent.place).toBe(lineOf(life, now));
        addSpent(all, spent);
      }
      const window = nothingSpent();
      for (const spent of ledger.window.since(0).values()) addSpent(window, spent);
      for (const reason of REASONS) expect(window[reason], reason).toBeCloseTo(all[reason], 3);
      expect(totalOf(all)).toBeGreaterThan(0);
      expect(all.late).toBe(0);
      scene.dispose();
    });
  }
});

describe("The lives of tasks", () => {
  for (const [title, settings] of SCENES) {
    it(`are where the pool and the server have them: ${title}`, async () => {
      const { scene, step, lives } = playScene(settings);
      for (let look = 0; look < 30; look++) {
        await step(130);
        const { stations, line, waiting, retrying, running, open } = snapshotOf(scene);
        expect(stations.line).toHaveLength(Math.min(line, 600));
        expect(stations.queue).toHaveLength(waiting);
        expect(stations.queue.map(({ stages }) => stages.length > 1)).toEqual(
          Array.from({ length: waiting }, (_, place) => place >= waiting - retrying),
        );
        expect(stations.slots.size).toBe(running);
        expect(stations.server).toHaveLength(open);
        for (const [where, there] of Object.entries({ line: stations.line, queue: stations.queue }))
          for (const life of there) expect(stationOf(life)).toBe(where);
        // The server knows a request by the number of its caller, the pool by its own: so it is the same task.
        for (const life of stations.slots.values()) {
          expect(stationOf(life)).toBe("slot");
          expect(stations.server).toContain(life);
        }
      }
      const { tally } = scene.recorder;
      const known = lives();
      const count = (is: (life: (typeof known)[number]) => boolean): number => known.filter(is).length;
      expect(count(({ id }) => id !== undefined)).toBe(tally.queued);
      expect(count(({ end }) => end?.outcome === "refused")).toBe(tally.full + tally.closed + tally.aborted);
      expect(known.flatMap(({ stages }) => stages.flatMap(({ span }) => span ?? []))).toHaveLength(tally.started);
      scene.dispose();
    });
  }

  it("are told apart where tasks come by several ways at once", async () => {
    const { scene, step } = playScene({ ...ANGRY, way: "writable", patience: 500 });
    for (let look = 0; look < 40; look++) {
      await step(70);
      for (const way of ["send", "offer", "fetch", "run"] as const) scene.load.one(way);
      const { slots, server } = snapshotOf(scene).stations;
      for (const life of slots.values()) expect(server).toContain(life);
    }
    expect(scene.recorder.tally.started).toBeGreaterThan(20);
    scene.dispose();
  });

  it("end with the pool: what waits is dropped, who stands in line is refused", async () => {
    const { scene, step, lives } = playScene({ ...STILL, workers: 1, queueSize: 2, burst: 5 });
    scene.load.burst();
    await step(10);
    void scene.pool.abort();
    await step(10);
    expect(lives().map(({ end }) => [end?.outcome, end?.word])).toEqual([
      ["up", "aborted"],
      ["up", "aborted"],
      ["up", "aborted"],
      ["refused", "the pool was closed"],
      ["refused", "the pool was closed"],
    ]);
    scene.load.one("offer");
    expect(lives().at(-1)?.end?.word).toBe("the pool was closed");
    expect(scene.lives.line.size + scene.lives.queue.size).toBe(0);
  });

  it("are found by the event of a refusal too", async () => {
    const { scene, lives } = playScene({ ...STILL, workers: 1, queueSize: 1, burst: 3, way: "offer" });
    scene.load.burst();
    const refused = [...scene.recorder.log.newest()].flatMap(({ event }) =>
      event.type === "reject" ? scene.lives.of(event) : [],
    );
    expect(refused).toEqual([lives().at(-1)]);
    scene.dispose();
  });
});
