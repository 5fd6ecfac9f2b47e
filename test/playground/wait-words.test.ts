import { describe, expect, it } from "vitest";
import { apportion } from "../../playground/src/panels/apportion.ts";
import { mainReason, reasonsFor, type Waits, waitsOf, whyIn } from "../../playground/src/panels/wait-words.ts";
import { nothingSpent, type Reason, REASONS, type Spent } from "../../playground/src/scene/reasons.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";

const spent = (some: Partial<Spent>): Spent => ({ ...nothingSpent(), ...some });
const waits = (some: Partial<Spent>, lane = ""): Waits => waitsOf(new Map([[lane, spent(some)]]), 1000);
const POOL = { isPaused: false, isOver: false, workers: 4 };
const why = (main: Reason | undefined, settings: Partial<Settings> = {}, pool: Partial<typeof POOL> = {}): string =>
  whyIn(
    main,
    waits(main === undefined ? {} : { [main]: 1 }, "https://a.example"),
    { ...POOL, ...pool },
    {
      ...DEFAULTS,
      ...settings,
    },
  );

describe("Rounded parts", () => {
  it("add up, whatever they are", () => {
    expect(apportion([1, 1, 1], 100)).toEqual([34, 33, 33]);
    expect(apportion([0.4, 0.4, 999.2], 1000)).toEqual([1, 0, 999]);
    expect(apportion([0, 0], 100)).toEqual([0, 0]);
    for (let seed = 1; seed < 100; seed++) {
      const parts = Array.from({ length: 10 }, (_, at) => (seed * 7919 * (at + 3)) % 103);
      expect(apportion(parts, 100).reduce((sum, part) => sum + part, 0)).toBe(100);
    }
  });
});

describe("Why tasks wait", () => {
  it("is told in shares that add up to 100, over all lanes", () => {
    const { shares, mean, lanes } = waitsOf(
      new Map([
        ["a", spent({ hold: 1000, slot: 500 })],
        ["b", spent({ slot: 1000, place: 500 })],
      ]),
      1000,
    );
    expect(shares).toEqual({ ...nothingSpent(), hold: 33, slot: 50, place: 17 });
    expect(mean).toBe(3);
    expect(lanes).toEqual({ hold: "a", slot: "b", place: "b" });
  });

  it("is nothing where nothing waited, also at the very beginning", () => {
    expect(waitsOf(new Map(), 0)).toEqual({ mean: 0, shares: nothingSpent(), lanes: {} });
    expect(mainReason(waits({}))).toBe(undefined);
    expect(why(undefined)).toBe("Nothing has had to wait.");
  });

  it("has a main reason that stays until another is clearly more", () => {
    expect(mainReason(waits({ slot: 51, pace: 49 }))).toBe("slot");
    expect(mainReason(waits({ slot: 51, pace: 49 }), "pace")).toBe("pace");
    expect(mainReason(waits({ slot: 60, pace: 40 }), "pace")).toBe("slot");
    expect(mainReason(waits({ slot: 2, pace: 1 }), "hold")).toBe("slot");
  });

  it("is said for each reason", () => {
    expect(new Set(REASONS.map((reason) => why(reason))).size).toBe(REASONS.length);
    expect(why("place")).toBe("Mainly in line: all 12 places of the queue are taken.");
    expect(why("slot")).toBe("Mainly for a slot: all 4 are busy.");
    expect(why("slot", {}, { workers: 1 })).toBe("Mainly for a slot: the only one is busy.");
    expect(why("pace")).toBe("Mainly for the pace: slots are free, but started less than 400 ms ago.");
    expect(why("spread", { spread: true })).toBe("Mainly for the spread: no two start within 100 ms of each other.");
    expect(why("hold")).toContain("a.example, which is held");
    expect(why("laneSlot")).toContain("a.example has all of its own busy");
  });

  it("is said of a pool that is paused or over, whatever was before", () => {
    expect(why("slot", {}, { isPaused: true })).toContain("The pool is paused");
    expect(why("slot", {}, { isPaused: true, isOver: true })).toContain("closed and everything has finished");
  });

  it("lists the reasons that there can be with the settings", () => {
    expect(reasonsFor(DEFAULTS)).toEqual(["place", "paused", "slot", "pace"]);
    expect(reasonsFor({ ...DEFAULTS, way: "offer", period: 0, spread: true })).toEqual(["paused", "slot"]);
    expect(
      reasonsFor({ ...DEFAULTS, spread: true, retry: true, lanes: "origin", lanePeriod: 1, tempo: "real" }),
    ).toEqual(REASONS);
    expect(reasonsFor({ ...DEFAULTS, lanes: "origin", laneHolds: false })).not.toContain("hold");
  });
});
