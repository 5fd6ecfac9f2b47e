import { VirtualClock } from "httppool/lab";
import { describe, expect, it } from "vitest";
import { gridFor, type Grid, settingsAt } from "../../playground/src/advice/grid.ts";
import { type Question, questionOf, worldOf } from "../../playground/src/advice/question.ts";
import { isSameWorld } from "../../playground/src/advice/same-world.ts";
import { type Finding, survey } from "../../playground/src/advice/survey.ts";
import { takeOver } from "../../playground/src/advice/take-over.ts";
import { type Figures, trial } from "../../playground/src/advice/trial.ts";
import { doneMs, type Verdict, verdictOn } from "../../playground/src/advice/verdict.ts";
import { adviceIn, obstacleTo, timeIn } from "../../playground/src/advice/words.ts";
import { Scene } from "../../playground/src/scene/scene.ts";
import { keep } from "../../playground/src/settings/kept.ts";
import { toLink } from "../../playground/src/settings/link.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { ANGRY, BUSY } from "./support/playground-page.ts";

const LLM: Settings = PRESETS.find(({ id }) => id === "llm")?.settings ?? DEFAULTS;
/** A server that does the same to every request. */
const EVEN: Settings = { ...DEFAULTS, shape: "fixed", latency: 1000, errors: 0, resets: 0, hosts: 1, body: 0 };

interface Course {
  readonly started: number;
  readonly startedBy: number;
  readonly doneBy: number;
  readonly finished: number;
  readonly limited: number;
  readonly atOnce: number;
}

/** What the page's own scene comes to in so many ms. */
async function course(settings: Settings, ms: number): Promise<Course> {
  const scene = new Scene(() => settings);
  const { clock, pool, server } = scene;
  if (!(clock instanceof VirtualClock) || server === undefined) throw new Error("The scene is not simulated");
  let [started, startedBy, doneBy] = [0, 0, 0];
  pool.on("start", ({ attempt }) => {
    started++;
    if (attempt === 1) startedBy = clock.now();
  });
  pool.on("finish", () => {
    doneBy = clock.now();
  });
  scene.load.start();
  await clock.advance(ms);
  const { succeeded, failed } = scene.recorder.tally;
  const { statuses, mostAtOnce } = server.counts;
  scene.dispose();
  await clock.settle();
  return { started, startedBy, doneBy, finished: succeeded + failed, limited: statuses[429] ?? 0, atOnce: mostAtOnce };
}

/** Looks for the best in the world of a question, as the page does. */
async function advise(
  settings: Settings,
  given: Partial<Question> = {},
): Promise<{
  readonly words: string;
  readonly verdict: Verdict;
  readonly findings: Finding[];
  readonly grid: Grid;
  readonly world: Settings;
}> {
  const question = { ...questionOf(settings), ...given };
  const world = worldOf(settings, question);
  const grid = gridFor(world);
  const findings: Finding[] = [];
  const trier = (point: Finding["point"]): Promise<Figures> => trial(settingsAt(world, point, grid), world.burst);
  await survey(grid.points, [trier, trier], (finding) => findings.push(finding));
  const verdict = verdictOn(findings, question, world, grid);
  if (verdict === undefined) throw new Error("Nothing was found");
  return { words: adviceIn(verdict, findings, question, world, grid), verdict, findings, grid, world };
}

describe("An answer", () => {
  it("holds while the settings differ in nothing but the pool that is sought and how it is looked at", () => {
    const asked = worldOf(LLM, questionOf(LLM));
    const kept = keep({ ...asked, workers: 9, period: 70, spread: true, tempo: "x10", span: 30, every: 60 });
    expect(isSameWorld(kept, asked)).toBe(true);
    for (const other of [{ limit: 5 }, { latency: 10 }, { timeout: 1 }, { queueSize: 1 }, { burst: 2 }, { seed: 2 }]) {
      expect(isSameWorld({ ...asked, ...other }, asked), JSON.stringify(other)).toBe(false);
    }
  });
});

describe("A trial", () => {
  const worlds: readonly (readonly [string, Settings])[] = [
    ["a provider with a limit", { ...LLM, workers: 20, period: 5000, spread: true }],
    ["a provider whose limit is passed", { ...LLM, workers: 12, period: 1000 }],
    [
      "retries after errors and 429",
      { ...ANGRY, timeout: 3000, period: 200, limit: 4, limitHosts: 0, hosts: 1, down: 0 },
    ],
    ["a breaker, resets and a host that is down", { ...BUSY, timeout: 900 }],
    ["tuned slots and a capacity", { ...EVEN, slots: "tuned", minWorkers: 1, maxWorkers: 12, period: 0, capacity: 6 }],
    ["bodies that nobody reads", { ...DEFAULTS, reads: "nothing", big: 20, endless: 5, timeout: 900, errors: 20 }],
  ];
  for (const [name, settings] of worlds) {
    it(`comes to what the page's scene of its settings comes to: ${name}`, async () => {
      const world = worldOf(settings, { ...questionOf(settings), requests: 150 });
      const figures = await trial(world, 150);
      const seen = await course({ ...world, every: 3600, tempo: "x1" }, 3_500_000);
      expect(seen.finished).toBe(150);
      expect(figures).toMatchObject({
        unfinished: 0,
        startedBy: seen.startedBy,
        doneBy: seen.doneBy,
        limited: seen.limited,
        atOnce: seen.atOnce,
      });
    });
  }

  it("tells how long answers took, from their first start", async () => {
    const figures = await trial(worldOf({ ...EVEN, workers: 2, period: 0 }, { ...questionOf(EVEN), requests: 20 }), 20);
    expect(figures).toEqual({
      limited: 0,
      failed: 0,
      unfinished: 0,
      startedBy: 9000,
      doneBy: 10_000,
      p50: 1000,
      p95: 1000,
      atOnce: 2,
    });
  });

  it("is the same where the browser has its own turns of the event loop", async () => {
    const settings = worldOf({ ...LLM, workers: 8, period: 2000 }, { ...questionOf(LLM), requests: 60 });
    const figures = await trial(settings, 60);
    const own = globalThis as { scheduler?: { yield(): Promise<void> } };
    let turns = 0;
    own.scheduler = {
      yield: () => {
        turns++;
        return new Promise((resolve) => {
          setImmediate(resolve);
        });
      },
    };
    try {
      expect(await trial(settings, 60)).toEqual(figures);
      expect(turns).toBeGreaterThan(60);
    } finally {
      delete own.scheduler;
    }
  });
});

describe("The map", () => {
  it("has two hundred settings for a provider with a limit, each once", () => {
    const { points } = gridFor(worldOf(LLM, questionOf(LLM)));
    expect(points).toHaveLength(200);
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(200);
  });

  it("has a period for each number of workers at which they start just as many as the provider allows", () => {
    const { rows, columns } = gridFor(worldOf(LLM, questionOf(LLM)));
    expect(columns).toEqual([0, ...rows.map((workers) => Number(workers) * 250)]);
  });

  it("has some of everything, wherever the search stops", () => {
    const { points, rows, columns } = gridFor(worldOf(LLM, questionOf(LLM)));
    const first = points.slice(0, 60);
    expect(new Set(first.map(({ workers }) => workers))).toEqual(new Set(rows));
    expect(new Set(first.map(({ period }) => period))).toEqual(new Set(columns));
  });

  it("looks at no spread where nothing is limited, and at tuned slots where there is a capacity to find", () => {
    const { hasSpread, rows, points } = gridFor(
      worldOf({ ...EVEN, capacity: 6 }, questionOf({ ...EVEN, capacity: 6 })),
    );
    expect(hasSpread).toBe(false);
    expect(points.some(({ spread }) => spread)).toBe(false);
    expect(rows).toContain("tuned");
    expect(rows).toContain(6);
    expect(gridFor(worldOf(LLM, questionOf(LLM))).rows).not.toContain("tuned");
  });

  it("keeps to what the settings can have", () => {
    for (const world of [
      { ...EVEN, latency: 8000, limit: 1000 },
      { ...EVEN, latency: 5, limit: 1 },
      { ...EVEN, latency: 0, speed: 20_000 },
      { ...EVEN, hosts: 8, limit: 3, capacity: 100 },
    ]) {
      const asked = worldOf(world, questionOf(world));
      const grid = gridFor(asked);
      expect(grid.points.length).toBeGreaterThan(9);
      for (const point of grid.points) {
        const { workers, maxWorkers, period } = settingsAt(asked, point, grid);
        expect([workers, maxWorkers, period].every(Number.isInteger)).toBe(true);
        expect(Math.max(workers, maxWorkers)).toBeLessThanOrEqual(100);
        expect(period).toBeLessThanOrEqual(30_000);
      }
    }
  });
});

describe("A question", () => {
  it("is prefilled from the settings, and gives their server back", () => {
    expect(questionOf(LLM)).toEqual({ requests: 1000, answerMs: 4000, perSecond: 4, atOnce: 0, seconds: 0 });
    for (const { settings } of PRESETS) {
      const { latency, speed, limit, capacity } = worldOf(settings, questionOf(settings));
      expect(latency).toBeCloseTo(settings.latency, -1);
      expect({ speed, limit, capacity }).toEqual({
        speed: settings.speed,
        limit: settings.limit,
        capacity: settings.capacity,
      });
    }
  });

  it("makes answers slower by their latency, and those that are faster than their bytes by the line", () => {
    expect(worldOf(LLM, { ...questionOf(LLM), answerMs: 5000 })).toMatchObject({ latency: 2200, speed: 20 });
    const faster = worldOf(LLM, { ...questionOf(LLM), answerMs: 1000 });
    expect(faster).toMatchObject({ latency: 0, speed: 56 });
    expect(questionOf(faster).answerMs).toBe(1000);
  });

  it("that no settings can answer is not tried out", () => {
    expect(obstacleTo({ ...DEFAULTS, endless: 5, timeout: 0 })).toContain("Set a timeout first");
    expect(obstacleTo({ ...DEFAULTS, hosts: 2, down: 2 })).toContain("down");
    for (const { settings } of PRESETS) expect(obstacleTo(settings)).toBeUndefined();
  });
});

describe("The advice", () => {
  it("for the LLM preset's provider, taken over, meets no 429 in a minute, at 95 % of what is allowed or more", async () => {
    const began = performance.now();
    const { words, verdict, findings, grid, world } = await advise(LLM);
    console.log(
      `${findings.length} settings of ${world.burst} requests each in ${Math.round(performance.now() - began)} ms`,
    );
    expect(words).toMatch(
      /^\d+ workers, a start per slot every [\d,]+ ms, spread: 4 a second, no 429, done after 4 min/,
    );
    expect(words).toContain("the 4 a second that the provider allows are used up");
    expect(words).toMatch(/Without spread they would start all at once, and \d+ of 1,000 answers be 429/);
    const { point, figures } = verdict.best;
    const taken = takeOver(LLM, world, point, grid, figures.doneBy);
    const seen = await course(taken, 60_000);
    expect(seen.limited).toBe(0);
    expect(seen.started).toBeGreaterThanOrEqual(0.95 * 4 * 60);
    // All of a thousand requests, done before they come again.
    const all = await course(taken, taken.every * 1000 - 1);
    expect(all).toMatchObject({ finished: 1000, limited: 0, doneBy: figures.doneBy });
  });

  it("trusts no luck: more starts than the provider allows are not the best because answers were slow so far", async () => {
    const { verdict, findings } = await advise(LLM, { requests: 60 });
    const { workers, period } = verdict.best.point;
    expect((Number(workers) * 1000) / period).toBeLessThanOrEqual(4);
    const lucky = findings.filter(
      ({ point, figures }) => figures.limited === 0 && (Number(point.workers) * 1000) / point.period > 4,
    );
    expect(lucky.some(({ figures }) => figures.doneBy < verdict.best.figures.doneBy)).toBe(true);
  });

  it("calls no pace faster than it is because the first requests start at once", async () => {
    const { words, verdict } = await advise({ ...EVEN, latency: 100 }, { requests: 20, perSecond: 10 });
    const { workers, period } = verdict.best.point;
    expect((Number(workers) * 1000) / period).toBeLessThanOrEqual(10);
    expect(verdict.best.figures.startedBy).toBeLessThan(1950);
    expect(words).toMatch(/: (10|9\.\d) a second, no 429/);
  });

  it("says when the provider's limit alone takes longer than there is time", async () => {
    const { words } = await advise(EVEN, { requests: 100, perSecond: 4, seconds: 20 });
    expect(words).toContain("20 s can't be met by any settings: 100 requests at 4 a second take 25 s by themselves.");
  });

  it("says so of a capacity too, and asks for no more than it", async () => {
    const { words, verdict } = await advise(EVEN, { requests: 100, atOnce: 6, seconds: 10 });
    expect(verdict.best.point).toMatchObject({ workers: 6 });
    expect(words).toContain("the provider works on 6 at once");
    expect(words).toContain("10 s can't be met by any settings: 100 requests, 6 at once, take 17 s by themselves.");
  });

  it("names fewer slots that are in time as well", async () => {
    const { words, verdict } = await advise(EVEN, { requests: 100, perSecond: 4, seconds: 60 });
    expect(words).toContain("That is in time for 1 min.");
    expect(words).toMatch(/In time as well: \d workers?, /);
    expect(verdict.smallest?.figures.doneBy).toBeLessThanOrEqual(60_000);
  });

  it("takes the fewest slots that are in time where nothing bounds the server", async () => {
    const { words, verdict, findings } = await advise(EVEN, { requests: 100, seconds: 30 });
    const { workers } = verdict.best.point;
    expect(verdict.best.figures.doneBy).toBeLessThanOrEqual(30_000);
    const fewer = findings.filter(
      ({ point }) => point.workers !== "tuned" && workers !== "tuned" && point.workers < workers,
    );
    expect(fewer.length).toBeGreaterThan(0);
    for (const { figures } of fewer) expect(figures.doneBy).toBeGreaterThan(30_000);
    expect(words).toContain("Nothing bounds this server");
  });

  it("does not take a pool for fast whose requests all fail", async () => {
    // A hundred at once are so slow that each of them meets its timeout.
    const { verdict } = await advise({ ...EVEN, timeout: 1500 }, { requests: 100, atOnce: 4 });
    expect(verdict.best.figures.failed).toBe(0);
    expect(verdict.best.point.workers).toBeLessThanOrEqual(6);
  });

  it("reckons more requests than are simulated, at the rate of those", () => {
    const question = { ...questionOf(EVEN), requests: 10_000, perSecond: 50 };
    const world = worldOf(EVEN, question);
    const figures = {
      limited: 0,
      failed: 0,
      unfinished: 0,
      startedBy: 20_000,
      doneBy: 21_000,
      p50: 1000,
      p95: 1000,
      atOnce: 50,
    };
    const best = { point: { workers: 60, period: 1200, spread: true }, figures } as const;
    expect(doneMs(figures, question)).toBe(201_000);
    const words = adviceIn({ best, smallest: undefined }, [best], question, world, gridFor(world));
    expect(words).toContain("done after 3 min 21 s");
    expect(words).toContain("Reckoned from the first 1,000.");
  });

  it("says so where nothing is without 429", () => {
    const question = { ...questionOf(EVEN), requests: 100, perSecond: 1 };
    const world = worldOf(EVEN, question);
    const grid = gridFor(world);
    const figures = {
      limited: 9,
      failed: 9,
      unfinished: 0,
      startedBy: 20_000,
      doneBy: 21_000,
      p50: 1000,
      p95: 1000,
      atOnce: 5,
    };
    const findings = [
      { point: { workers: 5, period: 0, spread: false }, figures: { ...figures, limited: 40 } },
      { point: { workers: 4, period: 0, spread: false }, figures },
    ] as const;
    const verdict = verdictOn(findings, question, world, grid);
    expect(verdict?.best).toBe(findings[1]);
    const words = adviceIn({ best: findings[1], smallest: undefined }, findings, question, world, grid);
    expect(words).toMatch(
      /^No setting of the map is without 429\. The fewest come with these: 4 workers, unpaced: .* 9 answers of 429/,
    );
  });
});

describe("What is taken over", () => {
  const grid = gridFor(worldOf(LLM, questionOf(LLM)));
  const point = { workers: 24, period: 6000, spread: true } as const;

  it("is a scene of its own: the pool, the provider and the load of the question", () => {
    const question = { ...questionOf(LLM), requests: 500, perSecond: 8 };
    const taken = takeOver(LLM, worldOf(LLM, question), point, grid, 130_000);
    expect(taken).toMatchObject({ slots: "fixed", workers: 24, period: 6000, spread: true, limit: 8 });
    expect(taken).toMatchObject({ way: "run", rate: 0, burst: 500, every: 300 });
    // What nobody asked about is as it was.
    expect(taken).toMatchObject({ queueSize: LLM.queueSize, timeout: LLM.timeout, errors: LLM.errors });
  });

  it("asks the same question again", () => {
    const taken = takeOver(LLM, worldOf(LLM, questionOf(LLM)), point, grid, 130_000);
    expect(questionOf(taken)).toEqual(questionOf(LLM));
  });

  it("is the pool alone where requests are real", () => {
    const real: Settings = { ...LLM, world: "real" };
    const taken = takeOver(real, worldOf(real, questionOf(real)), point, grid, 130_000);
    expect(toLink(taken)).toBe(toLink({ ...real, workers: 24, period: 6000, spread: true }));
  });
});

describe("A time in words", () => {
  it("has two units at most", () => {
    expect([0, 250, 1900, 25_000, 250_000, 3_600_000, 4_195_424, Infinity].map(timeIn)).toEqual([
      "0 ms",
      "250 ms",
      "1.9 s",
      "25 s",
      "4 min 10 s",
      "1 h",
      "1 h 9 min",
      "for ever",
    ]);
  });
});
