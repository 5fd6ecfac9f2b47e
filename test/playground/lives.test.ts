import { VirtualClock } from "httppool/lab";
import { describe, expect, it } from "vitest";
import { lineOf, type Life, waited, waitedFor } from "../../playground/src/scene/life.ts";
import { addSpent, nothingSpent, REASONS, totalOf } from "../../playground/src/scene/reasons.ts";
import { Scene } from "../../playground/src/scene/scene.ts";
import { snapshotOf } from "../../playground/src/scene/snapshot.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { Player } from "../../playground/src/time/player.ts";
import { ANGRY, BUSY, STILL } from "./support/playground-page.ts";

/** A scene without a page, and what lets its time go on. */
function play(settings: Settings): { readonly scene: Scene; step(ms: number): Promise<void> } {
  const scene = new Scene(() => settings);
  const player = new Player(scene.clock, "step");
  expect(scene.clock).toBeInstanceOf(VirtualClock);
  scene.load.start();
  return { scene, step: (ms) => player.step(ms) };
}

/** All lives, the oldest first. */
function livesOf({ lives, load }: Scene): Life[] {
  void load;
  const found: Life[] = [];
  for (let number = 1; ; number++) {
    const life = lives.byNumber(number);
    if (life === undefined) return found;
    found.push(life);
  }
}

const virtual = (settings: Settings): Settings => ({ ...settings, tempo: "x1", compare: false });

describe("What a task waits for", () => {
  const scenes: (readonly [string, Settings])[] = [
    ...PRESETS.filter(({ id }) => id !== "full").map(({ title, settings }) => [title, virtual(settings)] as const),
    ["some of everything", virtual(BUSY)],
    ["lanes and retries", virtual(ANGRY)],
    ["lanes with a pace and a spread", virtual({ ...ANGRY, lanePeriod: 300, laneSpread: true, period: 0 })],
    ["piped, in lanes", virtual({ ...ANGRY, way: "writable" })],
    ["mapped, in lanes", virtual({ ...ANGRY, way: "map" })],
    ["fetched, with a spread", virtual({ ...BUSY, way: "fetch", spread: true })],
    ["tuned lanes", virtual({ ...ANGRY, laneSlots: "tuned", slots: "tuned" })],
  ];
  for (const [title, settings] of scenes) {
    it(`adds up to how long it waited, and leaves nothing without a reason: ${title}`, async () => {
      const { scene, step } = play(settings);
      const all = nothingSpent();
      for (let second = 0; second < 20; second++) await step(1000);
      const { lives, clock, pool, door } = scene;
      const now = clock.now();
      const known = livesOf(scene);
      expect(scene.lives.byNumber(0)).toBe(undefined);
      for (const life of known) {
        for (const { waiting, span } of life.stages) {
          const spent = lives.ledger.spentBy(waiting, now);
          const until = span?.from ?? life.end?.at ?? now;
          expect(totalOf(spent), `#${life.id}`).toBeCloseTo(until - waiting.from, 6);
          if (span === undefined) continue;
          // What the pool itself says. A rest ends between two ms, but the clock of a scene rings at whole ones.
          const rounding = spent.rest > 0 ? 1 : 1e-6;
          expect(Math.abs(totalOf(spent) - spent.rest - (span.waitedMs ?? -1)), `#${life.id}`).toBeLessThan(rounding);
        }
        const spent = waitedFor(life, lives.ledger, now);
        expect(waited(life, lives.ledger, now)).toBeCloseTo(totalOf(spent), 6);
        expect(spent.place).toBe(lineOf(life, now));
        addSpent(all, spent);
      }
      const inAll = nothingSpent();
      for (const spent of lives.ledger.window.since(0).values()) addSpent(inAll, spent);
      for (const reason of REASONS) expect(inAll[reason], reason).toBeCloseTo(all[reason], 3);
      expect(all.late).toBe(0);
      expect(totalOf(all)).toBeGreaterThan(0);
      const { stations, line, waiting } = snapshotOf(scene);
      expect([line, waiting]).toEqual([pool.senders + door.backlog, pool.waiting]);
      expect(stations.line).toHaveLength(Math.min(line, 600));
      expect(stations.queue).toHaveLength(waiting);
      console.log(
        title,
        known.length,
        JSON.stringify(all, (_, v) => (typeof v === "number" ? Math.round(v) : v)),
      );
      scene.dispose();
    });
  }
});
void STILL;
