import { Life, type Sabotage } from "./life.ts";
import { Random } from "./random.ts";
import { Trace } from "./trace.ts";

/** What a simulation has come to. */
export interface Report {
  readonly seed: number;
  /** Tasks that were accepted, each of which has finished. */
  readonly tasks: number;
  /** Pools that lived. */
  readonly pools: number;
  readonly calls: number;
  readonly steps: number;
  /** The same for the same seed. */
  readonly hash: string;
  /** How often each kind of thing has happened. */
  readonly counts: ReadonlyMap<string, number>;
  /** Which invariants broke. The run ends at the first step where one does. */
  readonly failures: readonly string[];
  /** The last things that happened, in words. */
  readonly tail: readonly string[];
}

/** Tasks that one pool lives through, at most. */
const LONGEST_LIFE = 250;

/**
 * Lets pool after pool live in a world of chance, on virtual time, and checks all invariants after each step.
 *
 * @param seed The same seed gives the same run.
 * @param tasks Tasks that are accepted, at least, all pools together.
 * @param sabotage Breaks something on purpose.
 */
export async function simulate(seed: number, tasks: number, sabotage: Sabotage = {}): Promise<Report> {
  const random = new Random(seed);
  const trace = new Trace();
  const failures: string[] = [];
  const sum = { tasks: 0, pools: 0, calls: 0, steps: 0 };
  const onUnhandled = (error: unknown): void => void failures.push(`an unhandled rejection: ${String(error)}`);
  const mend = sabotage.part?.();
  process.on("unhandledRejection", onUnhandled);
  try {
    while (sum.tasks < tasks && failures.length === 0) {
      const life = new Life(random, trace, sabotage);
      await life.run(Math.min(tasks - sum.tasks, random.between(1, LONGEST_LIFE)));
      const { ledger, calls } = life.world;
      failures.push(...ledger.failures);
      sum.tasks += ledger.finished;
      sum.calls += calls;
      sum.steps += life.steps;
      sum.pools++;
    }
  } finally {
    process.off("unhandledRejection", onUnhandled);
    mend?.();
  }
  return { seed, ...sum, hash: trace.hash, counts: trace.counts, failures, tail: trace.tail };
}
