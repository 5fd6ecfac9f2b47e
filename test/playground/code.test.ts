import { describe, expect, it } from "vitest";
import { codeFor } from "../../playground/src/panels/code.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings, type Way } from "../../playground/src/settings/settings.ts";
import { complaints, ROOT } from "./support/complaints.ts";

const WAYS: readonly Way[] = ["send", "offer", "run", "fetch", "writable", "map"];
function* scenes(): Generator<Settings> {
  for (const { settings } of PRESETS) yield settings;
  for (const way of WAYS) {
    for (const reads of ["all", "some", "nothing"] as const) {
      for (const bits of [0, 1, 2, 3, 4, 5, 6, 7]) {
        yield {
          ...DEFAULTS,
          way,
          reads,
          expiry: bits & 1 ? 500 : 0,
          filtered: bits & 2 ? 10 : 0,
          patience: bits & 4 ? 800 : 0,
          upload: bits & 1 ? 64 : 0,
          breaker: (bits & 2) > 0,
          breakerTimeout: bits & 4 ? 900 : 0,
          tripOnStatus: (bits & 1) > 0,
          hold: bits & 1 ? "body" : "headers",
          drainMs: bits & 4 ? 50 : 250,
          slots: bits & 4 ? "tuned" : "fixed",
          minWorkers: bits & 1 ? 3 : 1,
          maxWorkers: bits & 2 ? 100 : 24,
          spread: (bits & 1) > 0,
          laneSlots: bits & 2 ? "tuned" : "fixed",
          laneSpread: (bits & 4) > 0,
          name: bits & 2 ? 'a "name"' : "",
          lanes: bits & 1 ? "origin" : "none",
          lanePeriod: bits & 2 ? 300 : 0,
          laneQueueSize: bits & 4 ? 5 : 0,
          laneHolds: (bits & 4) > 0,
          laneMaxHold: bits & 2 ? 60_000 : 5000,
          retry: (bits & 2) > 0,
          retryDelay: bits & 1 ? 300 : 500,
          retryJitter: (bits & 4) > 0,
          retryOnTimeout: (bits & 1) > 0,
          retryBudget: (bits & 4) > 0,
        };
      }
    }
  }
}

describe("The code for a scene", () => {
  it("compiles, whatever the settings", () => {
    const programs = new Map<string, string>();
    for (const settings of scenes()) programs.set(`${ROOT}scene-${programs.size}.mts`, codeFor(settings));
    expect(complaints(programs)).toEqual([]);
  });

  it("says what the controls say", () => {
    const code = codeFor({
      ...DEFAULTS,
      name: "mine",
      workers: 7,
      queueSize: 33,
      period: 250,
      timeout: 4321,
      drainBytes: 1024,
      drainMs: 99,
      breaker: true,
      threshold: 9,
      breakerTimeout: 1234,
      tripOnStatus: true,
      expiry: 555,
      filtered: 10,
      patience: 777,
      lanes: "origin",
      laneWorkers: 3,
      lanePeriod: 210,
      laneQueueSize: 11,
      laneMaxHold: 5000,
      retry: true,
      retryLimit: 4,
      retryDelay: 150,
      retryJitter: false,
      retryOnTimeout: true,
      retryBudget: false,
    });
    for (const said of [
      'name: "mine"',
      "workers: 7",
      "queueSize: 33",
      "period: 250",
      "timeout: 4321",
      "drain: { bytes: 1024, ms: 99 }",
      "threshold: 9, timeout: 1234, tripOn: ({ status }) => status >= 500",
      'import { lanes } from "httppool/lanes";',
      "lanes: lanes({ workers: 3, period: 210, queueSize: 11, maxHold: 5000 })",
      'import { retry } from "httppool/retry";',
      "retry: retry({ limit: 4, delay: (n) => 150 * 2 ** (n - 1), jitter: false, retryOnTimeout: true, budget: false })",
      "perishableTask(Date.now() + 555",
      "filteredTask(",
      "AbortSignal.timeout(777)",
    ]) {
      expect(code).toContain(said);
    }
  });

  it("leaves out what is not used", () => {
    const code = codeFor({ ...DEFAULTS, period: 0, timeout: 0 });
    for (const unsaid of [
      "period",
      "timeout",
      "drain",
      "breaker",
      "perishable",
      "filtered",
      "signal",
      "hold",
      "name",
      "lanes",
      "retry",
      "adaptive",
      "spread",
    ]) {
      expect(code).not.toContain(unsaid);
    }
  });

  it("hands out lanes and retries with their defaults in one word", () => {
    const code = codeFor({ ...DEFAULTS, lanes: "origin", laneWorkers: 0, retry: true });
    expect(code).toContain("lanes: lanes(),");
    expect(code).toContain("retry: retry(),");
    expect(codeFor({ ...DEFAULTS, lanes: "origin", laneHolds: false })).toContain("lanes({ workers: 2, hold: false })");
  });

  it("hands out slots that tune themselves, and spread", () => {
    const code = codeFor({ ...DEFAULTS, slots: "tuned", minWorkers: 2, maxWorkers: 30, period: 250, spread: true });
    expect(code).toContain('import { adaptive } from "httppool/adaptive";');
    expect(code).toContain("workers: adaptive({ min: 2, max: 30 }),");
    expect(code).toContain("spread: true,");
    expect(codeFor({ ...DEFAULTS, slots: "tuned", minWorkers: 1, maxWorkers: 100 })).toContain("workers: adaptive(),");
    expect(codeFor({ ...DEFAULTS, spread: true, period: 0 })).not.toContain("spread");
    const lanes = { ...DEFAULTS, lanes: "origin", laneSlots: "tuned", laneWorkers: 7, lanePeriod: 300 } as const;
    expect(codeFor({ ...lanes, workers: 9, laneSpread: true })).toContain(
      "lanes: lanes({ workers: adaptive({ max: 7 }), period: 300, spread: true })",
    );
    expect(codeFor({ ...lanes, workers: 9, laneWorkers: 0 })).toContain("workers: adaptive({ max: 9 }), period");
  });
});
