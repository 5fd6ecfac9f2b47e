import { describe, expect, it } from "vitest";
import { boundsOf, meaningOf } from "../../playground/src/settings/meaning.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";

const meaning = (given: Partial<Settings>): string => meaningOf({ ...DEFAULTS, hosts: 1, ...given });

const bounds = (given: Partial<Settings>): unknown => boundsOf({ ...DEFAULTS, hosts: 2, ...given });

describe("What the settings mean", () => {
  it("is said with its sum: how many start a second, and how many at once", () => {
    expect(meaning({ workers: 4, period: 500 })).toBe(
      "Starts at most 4 × 1000 ÷ 500 = 8 a second, and 4 at once at each beat.",
    );
    expect(meaning({ workers: 3, period: 0 })).toBe(
      "Unpaced: at most 3 at once, and each slot starts again as soon as it is free.",
    );
    expect(meaning({ workers: 7, period: 3000 })).toContain("= 2.33 a second");
  });

  it("is set against the server's limit", () => {
    expect(meaning({ workers: 6, period: 600, limit: 4 })).toContain(
      "The server takes 4 a second, and 10 may come: expect 429.",
    );
    expect(meaning({ workers: 6, period: 2000, limit: 4 })).toContain("and 6 may come at once: expect 429.");
    expect(meaning({ workers: 2, period: 500, limit: 4 })).toContain("these settings keep to that.");
    expect(meaning({ workers: 2, period: 0, limit: 4 })).toContain("and more may come: expect 429.");
    expect(meaning({ workers: 4, period: 500, limit: 4, hosts: 2 })).toContain(
      "Each of 2 hosts takes 4 a second: these",
    );
    expect(meaning({ workers: 4, period: 0, limit: 4, hosts: 2, limitHosts: 1 })).toContain(
      "a.example takes 4 a second",
    );
    expect(meaning({ limit: 4, world: "real" })).not.toContain("429");
  });

  it("is said of a lane too", () => {
    expect(meaning({ workers: 6, period: 0, lanes: "origin", laneWorkers: 2, lanePeriod: 500, limit: 4 })).toBe(
      "Unpaced: at most 6 at once, and each slot starts again as soon as it is free. Each lane: at most 2 at once, 2 × 1000 ÷ 500 = 4 a second. The server takes 4 a second: these settings keep to that.",
    );
    expect(meaning({ workers: 6, lanes: "origin", laneWorkers: 0 })).toContain("Each lane: at most 6 at once.");
  });

  it("is said of slots that tune themselves: from the fewest to the most, and what the most come to", () => {
    expect(meaning({ slots: "tuned", minWorkers: 2, maxWorkers: 24, period: 0 })).toBe(
      "Tuned: from 2 to 24 at once, as many as the server takes. Unpaced: each slot starts again as soon as it is free.",
    );
    expect(meaning({ slots: "tuned", maxWorkers: 10, period: 500 })).toBe(
      "Tuned: from 1 to 10 at once, as many as the server takes. With all of them, starts at most 10 × 1000 ÷ 500 = 20 a second, and 10 at once at each beat.",
    );
    expect(meaning({ slots: "tuned", minWorkers: 5, maxWorkers: 3, period: 0 })).toContain("at most 5 at once");
    expect(meaning({ slots: "tuned", maxWorkers: 10, period: 500, limit: 8 })).toContain("20 may come: expect 429.");
    expect(meaning({ lanes: "origin", laneSlots: "tuned", laneWorkers: 0, workers: 8 })).toContain(
      "Each lane: at most 8 at once, as many as its host takes.",
    );
  });

  it("is said of spread: how close two starts may be, and that none come at once", () => {
    expect(meaning({ workers: 4, period: 400, spread: true })).toBe(
      "Starts at most 4 × 1000 ÷ 400 = 10 a second, never two closer than 400 ÷ 4 = 100 ms.",
    );
    const scene = { workers: 6, period: 1500, limit: 5 };
    expect(meaning(scene)).toContain("6 may come at once: expect 429.");
    expect(meaning({ ...scene, spread: true })).toContain("these settings keep to that.");
    expect(meaning({ workers: 6, period: 0, spread: true, limit: 5 })).toContain("more may come: expect 429.");
    const lane = { workers: 6, period: 0, lanes: "origin", laneWorkers: 6, lanePeriod: 1500, limit: 5 } as const;
    expect(meaning(lane)).toContain("6 may come at once: expect 429.");
    expect(meaning({ ...lane, laneSpread: true })).toContain("never two closer than 1500 ÷ 6 = 250 ms. The server");
    expect(meaning({ ...lane, laneSpread: true })).toContain("these settings keep to that.");
  });

  it("is a line in the chart of starts: the least of the paces, and the limits of all hosts", () => {
    expect(bounds({ workers: 4, period: 500, limit: 3 })).toEqual({ most: 8, limit: 6 });
    expect(boundsOf({ ...DEFAULTS, slots: "tuned", maxWorkers: 24, period: 500 }, 6).most).toBe(12);
    expect(bounds({ workers: 4, period: 0 })).toEqual({ most: Infinity, limit: Infinity });
    expect(
      bounds({ workers: 4, period: 100, lanes: "origin", laneWorkers: 1, lanePeriod: 500, limit: 3, limitHosts: 1 }),
    ).toEqual({
      most: 4,
      limit: Infinity,
    });
  });
});
