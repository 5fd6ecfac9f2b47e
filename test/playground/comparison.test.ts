import type { PoolEvent } from "httppool";
import { type Exchange, VirtualClock } from "httppool/lab";
import { describe, expect, it } from "vitest";
import { judge, type Side, SIDE_ROWS } from "../../playground/src/panels/side-rows.ts";
import { verdictOf } from "../../playground/src/panels/comparison-verdict.ts";
import { Growth } from "../../playground/src/scene/growth.ts";
import { Scene } from "../../playground/src/scene/scene.ts";
import type { Measures } from "../../playground/src/scene/measures.ts";
import { SideMeter } from "../../playground/src/scene/side-meter.ts";
import { differencesOf, keep, keptOf, swap } from "../../playground/src/settings/kept.ts";
import { fromLink, toLink } from "../../playground/src/settings/link.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";

const preset = (wanted: string): Settings => PRESETS.find(({ id }) => id === wanted)?.settings ?? DEFAULTS;

/** What both sides have come to after so many seconds. */
async function sidesOf(settings: Settings, seconds = 30): Promise<readonly [a: Side, b: Side]> {
  const scene = new Scene(() => settings);
  const { clock, opponent } = scene;
  if (!(clock instanceof VirtualClock) || opponent === undefined) throw new Error("There is nothing to compare");
  scene.load.start();
  for (let tenth = 0; tenth < 10 * seconds; tenth++) {
    await clock.advance(100);
    scene.sample();
  }
  const sides = [
    { measures: scene.measures, settings },
    { measures: opponent.measures, settings: settings.compare === "kept" ? keptOf(settings) : settings },
  ] as const;
  scene.dispose();
  return sides;
}

const measuresOf = async (settings: Settings, seconds = 30): Promise<readonly Measures[]> =>
  (await sidesOf(settings, seconds)).map(({ measures }) => measures);

describe("p-queue + fetch, as people write it", () => {
  it("overfills, bursts, leaks, runs on and grows where the pool does not", async () => {
    const [a, b] = await measuresOf(preset("leaks"));
    expect(a).toMatchObject({ mostOpen: 6, mostStarts: 6, ranOn: 0, leftOpen: 0, beside: 0, mostWaiting: 20 });
    expect(b?.mostOpen).toBeGreaterThan(30);
    expect(b?.mostStarts).toBeGreaterThan(6);
    expect(b?.ranOn).toBeGreaterThan(3);
    expect(b?.leftOpen).toBeGreaterThan(100);
    expect(b?.beside).toBeGreaterThan(30);
    expect(b?.mostWaiting).toBeGreaterThan(60);
    expect(b?.isGrowing).toBe(true);
  });
});

describe("p-queue with care", () => {
  it("keeps all its bounds, and leaves nothing open", async () => {
    const [, b] = await measuresOf({ ...preset("leaks"), compare: "care" }, 15);
    expect(b).toMatchObject({ mostOpen: 6, mostStarts: 6, ranOn: 0, leftOpen: 0, beside: 0, mostWaiting: 20 });
  });

  it("is told to be as good as the pool where it is, to the last request", async () => {
    const sides = await sidesOf({ ...preset("spread"), compare: "care" });
    expect(sides[1].measures).toEqual(sides[0].measures);
    expect(verdictOf(...sides, "httppool", "p-queue with care")).toBe(
      "httppool and p-queue with care do equally well, in all 10 that can be judged.",
    );
  });

  it("is told to be better than the pool where it is: without lanes that does not obey Retry-After", async () => {
    const sides = await sidesOf({ ...preset("llm"), compare: "care" });
    expect(sides[0].measures.duringHold).toBeGreaterThan(0);
    expect(sides[1].measures.duringHold).toBe(0);
    expect(verdictOf(...sides, "httppool", "p-queue with care")).toMatch(
      /p-queue with care does better in 429s \([\d.]+\s% against [\d.]+\s%\), requests while told to wait \(0 against \d+\)/,
    );
  });
});

describe("The settings kept as B", () => {
  it("that are those of A come to the same, to the ms", async () => {
    for (const id of ["first", "lanes", "retries", "webhooks", "edge"]) {
      const [a, b] = await measuresOf(keep(preset(id)));
      expect(a?.sent, id).toBeGreaterThan(50);
      expect(b, id).toEqual(a);
    }
  });

  it("meet the same load and the same server when A's are others", async () => {
    const [a, b] = await measuresOf({ ...keep(preset("spread")), spread: false });
    expect(a?.limited).toBeGreaterThan(0);
    expect(b?.limited).toBe(0);
    const alone = await measuresOf({ ...preset("spread"), compare: "hand" });
    expect(b).toEqual(alone[0]);
  });

  it("are of the pool alone: load, server and clock are A's", () => {
    const kept = keep({ ...DEFAULTS, workers: 9, lanes: "origin", rate: 50, latency: 7, way: "offer" });
    const b = keptOf({ ...kept, workers: 2, lanes: "none", rate: 80, latency: 11, seed: 3, way: "send" });
    expect(b).toMatchObject({ workers: 9, lanes: "origin", way: "offer", rate: 80, latency: 11, seed: 3 });
    expect(b.compare).toBe("none");
  });

  it("are told by what is different, swap with A's, and are in the link", () => {
    const settings = { ...keep({ ...DEFAULTS, period: 250, spread: true }), workers: 8, period: 0, spread: false };
    expect(differencesOf(settings)).toEqual([
      "workers 8 in A, 4 in B",
      "period 0 ms in A, 250 ms in B",
      "spread off in A, on in B",
    ]);
    expect(differencesOf(swap(settings))[0]).toBe("workers 4 in A, 8 in B");
    expect(swap(swap(settings))).toEqual(settings);
    expect(fromLink(`#${toLink(settings)}`)).toEqual(settings);
    expect(keptOf(fromLink(`#${toLink(settings)}`))).toMatchObject({ workers: 4, period: 250, spread: true });
  });
});

describe("B", () => {
  for (const compare of ["hand", "care", "kept"] as const) {
    it(`stands still while the scene is paused, and when it is over (${compare})`, async () => {
      const settings = { ...keep(preset("leaks")), compare };
      const scene = new Scene(() => settings);
      const { clock, opponent } = scene;
      if (!(clock instanceof VirtualClock)) throw new Error("It lives by real time");
      const sent = (): number => opponent?.measures.sent ?? 0;
      scene.load.start();
      await clock.advance(5000);
      scene.pause();
      const paused = sent();
      expect(paused).toBeGreaterThan(30);
      await clock.advance(5000);
      expect(sent()).toBe(paused);
      scene.resume();
      await clock.advance(2000);
      expect(sent()).toBeGreaterThan(paused);
      scene.dispose();
      const over = sent();
      await clock.advance(60_000);
      expect(sent()).toBe(over);
    });
  }
});

describe("The verdict", () => {
  const equal: Measures = {
    ms: 10_000,
    sent: 100,
    answered: 90,
    limited: 5,
    answers: 95,
    open: 3,
    mostOpen: 4,
    duringHold: 2,
    leftOpen: 0,
    ranOn: 0,
    beside: 0,
    mostWaiting: 9,
    inLine: 0,
    refused: 0,
    isGrowing: false,
    mostStarts: 4,
    wait50: 100,
    wait95: 900,
    answer95: 300,
  };
  const verdict = (a: Partial<Measures>, b: Partial<Measures>, settings = DEFAULTS): string => {
    const side = (measures: Partial<Measures>): Side => ({ measures: { ...equal, ...measures }, settings });
    return verdictOf(side(a), side(b), "A", "B").replaceAll("\u00A0", " ");
  };

  it("waits for something to judge", () => {
    expect(verdict({ sent: 9 }, {})).toBe("Too early to tell: hardly anything has been sent.");
  });

  it("calls what is nearly the same equal", () => {
    expect(verdict({}, { answered: 88, wait95: 860, answer95: 345, limited: 5 })).toBe(
      "A and B do equally well, in all 10 that can be judged.",
    );
    expect(verdict({}, {}, { ...DEFAULTS, period: 0 })).toContain("in all 9");
  });

  it("does not call it better to have fewer than is allowed", () => {
    expect(verdict({ mostOpen: 1, mostStarts: 1, mostWaiting: 0 }, {})).toContain("equally well");
  });

  it("names what matters most, on both sides, and how many more there are", () => {
    expect(verdict({ limited: 0, ranOn: 3 }, { mostOpen: 7, mostWaiting: 50, leftOpen: 1 })).toBe(
      "A does better in 429s (0 % against 5.3 %), the most requests at once (4 against 7) and 2 more; " +
        "B does better in requests that ran on (0 against 3); in 5 of 10 they are equal.",
    );
  });

  it("says nothing of what has not happened", () => {
    const none = { answered: 0, answers: 0, wait95: null, answer95: null };
    expect(verdict(none, none)).toContain("in all 6");
  });

  it("is what the table says, row by row", async () => {
    const [a, b] = await sidesOf(preset("leaks"), 15);
    const better = SIDE_ROWS.filter((row) => (judge(row, a, b) ?? 0) < 0).map(({ label }) => label);
    expect(better.slice(0, 2)).toEqual(["Most at once at the server", "Most starts within one period"]);
    expect(verdictOf(a, b, "A", "B")).toContain(`and ${better.length - 2} more`);
  });
});

describe("Growth", () => {
  it("is what rises from stretch to stretch, not what swells and sinks", () => {
    expect(isGrowing((ms) => ms / 100)).toBe(true);
    expect(isGrowing((ms) => ms / 500 + 20 * ((ms / 100) % 30))).toBe(true);
    expect(isGrowing((ms) => 20 * ((ms / 100) % 30))).toBe(false);
    expect(isGrowing(() => 50)).toBe(false);
  });
});

describe("What a pool leaves open", () => {
  it("is counted by what is open beside its attempts, given up or not", () => {
    const meter = new SideMeter({ period: 0, every: 0, now: () => 0, isPool: true });
    const exchange = (number: number, stage: "arrival" | "end"): void =>
      meter.watch({ url: `https://a.example/job/${number}`, at: 0 } as Exchange, stage);
    const tell = (event: object): void => meter.hear(event as PoolEvent);
    for (const number of [1, 2, 3]) {
      tell({ type: "start" });
      exchange(number, "arrival");
    }
    exchange(1, "end");
    tell({ type: "finish", slot: 0, ok: true, status: 200 });
    tell({ type: "finish", slot: 1, ok: true, status: 200 });
    tell({ type: "finish", slot: 2, ok: false, error: new DOMException("", "AbortError") });
    const counts = { ...NOTHING };
    expect(meter.measures(counts)).toMatchObject({ answered: 2, leftOpen: 1, ranOn: 1, beside: 2 });
    exchange(2, "end");
    exchange(3, "end");
    expect(meter.measures(counts)).toMatchObject({ leftOpen: 1, ranOn: 1, beside: 0 });
  });
});

const NOTHING = {
  arrivals: 0,
  atOnce: 0,
  mostAtOnce: 0,
  statuses: {},
  duringHold: 0,
  unreadBodies: 0,
  resets: 0,
  aborts: 0,
};

function isGrowing(lengthAt: (ms: number) => number): boolean {
  const growth = new Growth(5000);
  for (let ms = 0; ms <= 30_000; ms += 100) growth.note(ms, lengthAt(ms));
  return growth.isGrowing;
}
