import { VirtualClock } from "httppool/lab";
import { describe, expect, it, vi } from "vitest";
import { PastTracks } from "../../playground/src/scene/past-tracks.ts";
import { Scene } from "../../playground/src/scene/scene.ts";
import { type Snapshot, snapshotOf } from "../../playground/src/scene/snapshot.ts";
import type { Span } from "../../playground/src/scene/track.ts";
import { endOf, LaneHistory } from "../../playground/src/scene/lane-history.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import type { Settings } from "../../playground/src/settings/settings.ts";
import { Player } from "../../playground/src/time/player.ts";
import { ANGRY, BUSY, STILL } from "./support/playground-page.ts";

/** Plays a scene by steps, and looks at it after each. */
async function play(settings: Settings, steps: number, ms: number, look: (scene: Scene) => void): Promise<Scene> {
  const scene = new Scene(() => settings);
  const player = new Player(scene.clock, "step", () => scene.history.look());
  scene.load.start();
  for (let step = 0; step < steps; step++) {
    await player.step(ms);
    scene.history.look();
    look(scene);
  }
  return scene;
}

/** What is seen of a span that is under way. */
const seen = ({ id, attempt, track, from, headersAt }: Span): object => ({ id, attempt, track, from, headersAt });

describe("What is remembered of a moment", () => {
  const scenes: [string, Settings][] = [
    ["busy", BUSY],
    ["lanes and retries", ANGRY],
    ["pulled", { ...BUSY, way: "map", rate: 60 }],
    ...PRESETS.filter(({ settings }) => !settings.compare).map(({ title, settings }): [string, Settings] => [
      title,
      { ...settings, tempo: "step" },
    ]),
  ];
  for (const [title, settings] of scenes) {
    it(`is what was to be seen then: ${title}`, async () => {
      const live: Snapshot[] = [];
      const scene = await play(settings, 90, 37, (now) => live.push(snapshotOf(now)));
      for (const { stations, ...moment } of live) {
        const { stations: then, ...figures } = scene.history.at(moment.at);
        expect(figures, `${moment.at} ms`).toEqual(moment);
        expect([...then.slots].map(([slot, { id }]) => [slot, id])).toEqual(
          [...stations.slots].map(([slot, { id }]) => [slot, id]),
        );
      }
      expect(new Set(live.map(({ waiting, running, line }) => `${waiting} ${running} ${line}`)).size).toBeGreaterThan(
        3,
      );
    });
  }

  it("has as many slots taken as its figures say, at every ms", async () => {
    const scene = await play(ANGRY, 3, 1000, () => undefined);
    const states = new Set<string>();
    for (let at = 0; at <= 3000; at++) {
      const { running, slots, tally, waiting } = scene.history.at(at);
      expect(slots, `${at} ms`).toHaveLength(running);
      expect(tally.started, `${at} ms`).toBe(tally.retried + tally.succeeded + tally.failed - tally.dropped + running);
      expect(tally.queued, `${at} ms`).toBe(tally.succeeded + tally.failed + running + waiting);
      states.add(`${running} ${waiting}`);
    }
    expect(states.size).toBeGreaterThan(5);
  });

  it("is whole in real time too, from the very beginning", async () => {
    const scene = new Scene(() => ({ ...STILL, tempo: "real", rate: 50, burst: 8, every: 1, workers: 4, latency: 30 }));
    scene.load.start();
    await vi.waitFor(() => expect(scene.recorder.tally.succeeded).toBeGreaterThan(20), { timeout: 60_000 });
    const end = scene.clock.now();
    scene.dispose();
    const states = new Set<string>();
    for (let at = 0; at < end; at += 0.37) {
      const { running, slots, tally, waiting } = scene.history.at(at);
      expect(slots, `${at} ms`).toHaveLength(running);
      expect(tally.queued, `${at} ms`).toBe(tally.succeeded + tally.failed + running + waiting);
      states.add(`${running} ${waiting}`);
    }
    expect(states.size).toBeGreaterThan(3);
  });

  it("goes back as far as it says, and no further", () => {
    const scene = new Scene(() => STILL);
    const { clock, recorder, history } = scene;
    if (!(clock instanceof VirtualClock)) throw new Error("It lives by another clock");
    for (let id = 1; id <= 26_000; id++) {
      const common = { pool: "p", id, attempt: 1, slot: 0 };
      recorder.hear({ ...common, type: "start", waitedMs: 0 });
      clock.jump(1);
      history.look();
      recorder.hear({ ...common, type: "finish", durationMs: 1, ok: true });
    }
    expect(history.begins(clock.now())).toBeGreaterThan(1900);
    expect(history.begins(clock.now())).toBeLessThan(2100);
    expect(history.at(history.begins(clock.now())).tally.started).toBeGreaterThan(1900);
    expect(() => history.at(1000)).toThrow(RangeError);
    // A minute of each chart is kept for ten minutes.
    clock.jump(1_000_000);
    expect(history.begins(clock.now())).toBe(clock.now() - 600_000);
  });
});

describe("The tracks of a moment", () => {
  it("are those that were to be seen then", async () => {
    const live: { readonly at: number; readonly under: object[]; readonly over: number[]; readonly rests: object[] }[] =
      [];
    const scene = await play(ANGRY, 80, 41, ({ recorder, clock }) =>
      live.push({
        at: clock.now(),
        under: Array.from(recorder.live(), seen),
        over: Array.from(recorder.ended(), ({ id }) => id),
        rests: [...recorder.resting()].filter(({ to }) => to > clock.now()),
      }),
    );
    for (const { at, under, over, rests } of live) {
      const past = new PastTracks(scene.recorder, at, 60_000);
      expect(Array.from(past.live(), seen), `${at} ms`).toEqual(under);
      expect(Array.from(past.ended(), ({ id }) => id)).toEqual(over);
      expect([...past.resting()].filter(({ to }) => to > at)).toEqual(rests);
      for (const span of past.live())
        expect([span.to, span.outcome, span.word]).toEqual([undefined, undefined, undefined]);
      for (const start of past.starts()) expect(start).toBeLessThanOrEqual(at);
      for (const { to } of past.marked()) expect(to).toBeLessThanOrEqual(at);
    }
    expect(live.some(({ under }) => under.length > 1)).toBe(true);
  });

  it("have their marks also where newer ones have taken the places of those that are kept", async () => {
    const settings: Settings = {
      ...BUSY,
      breaker: false,
      rate: 200,
      queueSize: 100,
      workers: 50,
      period: 0,
      errors: 100,
      hosts: 1,
      down: 0,
    };
    const scene = await play(settings, 8, 1000, () => undefined);
    expect([...scene.recorder.marked()].at(-1)?.to).toBeGreaterThan(2000);
    expect([...new PastTracks(scene.recorder, 2000, 1000).marked()].length).toBeGreaterThan(50);
  });
});

describe("A hold of a lane", () => {
  it("ends, at any moment, when it was known then to end", () => {
    let now = 0;
    const history = new LaneHistory(() => now);
    const hold = (at: number, ms: number): void => {
      now = at;
      history.hear({ type: "hold", pool: "p", lane: "a", ms, status: 429 });
    };
    hold(1000, 2000);
    hold(1500, 3000); // put off
    hold(1600, 100); // no longer than it is
    hold(9000, 500);
    const [second, first] = [...(history.of("a")?.holds.newest() ?? [])];
    if (first === undefined || second === undefined) throw new Error("Not two holds");
    expect([1000, 1499, 1500, 4499, 60_000].map((at) => endOf(first, at))).toEqual([3000, 3000, 4500, 4500, 4500]);
    expect(endOf(second, 9100)).toBe(9500);
  });
});
