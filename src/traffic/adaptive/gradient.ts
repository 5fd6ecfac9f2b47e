import type { Limit, LimitSample } from "../../api/limit.ts";
import type { Settings } from "./settings.ts";

/** Fewer slots than the server takes, to see how long a request takes without a queue. */
const DIP = 0;
/** As many as the server is held to take. */
const CRUISE = 1;
/** More than that, to see whether it takes them. */
const PROBE = 2;

/** Answers that make up for one failure. */
const COST = 16;
/** Failures in a row that are overlooked, in answers. */
const MOST = 6 * COST;

/** What errors are called that say nothing of the server: somebody gave up, a breaker is open, another pool sent nothing. */
const UNSENT = /^(?:Abort|Circuit|Dispatcher|Task)/;

/**
 * Finds how many requests at once a server takes without letting them queue.
 *
 * It follows the gradient controller of Envoy's adaptive concurrency, which is the Gradient of Netflix's concurrency-limits with
 * a base time that is measured, not guessed: now and then there are fewer slots for a window, and what a request takes then is
 * without a queue. From how much longer it takes otherwise follows, by Little's law, how many the server works on at once.
 * Probes for more come in steps that double, after rests that double while they fail, as in BBR's cycle. A refusal takes a
 * tenth of the slots, and a first step is one slot, as in AIMD, so that several pools come to have like shares.
 *
 * A 429 is a refusal. A 503, a timeout or a connection that fails may have nothing to do with load: as BBR's second version
 * does with lost packets, a share of them is overlooked, one in sixteen answers, and those beyond are refusals.
 *
 * Means are of logarithms: a few slow requests don't weigh much, and a ratio is a difference. A window is as long as the
 * spread of the times asks for. All that changes with each sample is whole numbers and a typed array: it makes no garbage.
 */
export function gradient({ min, max, start, tolerance }: Settings, period = 0): Limit {
  /** As a time is taken: with a pace, a slot's round is no shorter than that. */
  const pace = Math.log(period);
  const within = (number: number): number => Math.max(min, Math.min(number, max));
  /** How many the server is held to take. */
  let capacity = within(start);
  let phase = DIP;
  /** What the next probe adds. */
  let step = 1;
  /** Rounds, in which each slot is used once, until the next probe, if this one fails. */
  let rounds = 8;
  /** Samples until the next probe. */
  let left = 0;
  /** The mean and the spread of times without a queue. */
  let base = -Infinity;
  let spread = 0;
  /** Samples to pass over, until the number of slots has told on them. */
  let skip = 0;
  /** Answers that make up for failures to come. */
  let credit = MOST;
  // The window: its samples, the sums of their times and of the squares.
  let count = 0;
  const sums = new Float64Array(2) as Float64Array & { 0: number; 1: number };

  const limit = {
    max: within(Infinity),
    current: capacity,
    sample({ ms, status, error, running, resting }: LimitSample): void {
      const isFailed = status === 503 || status === 0;
      if (isFailed && UNSENT.test((Object(error) as Error).name)) return;
      const isEarly = skip-- > 0;
      credit = Math.min(credit + 1, MOST);
      if (isFailed && credit > COST) {
        credit -= COST;
      } else if (isFailed || status === 429) {
        // One refusal a round, since the others were sent before it was known; but a probe ends at the first.
        if (!isEarly || phase === PROBE) sink(Math.floor(limit.current * 0.9), CRUISE, 0);
      } else if (!isEarly && running + resting >= limit.current) {
        look(Math.log(ms + 0.001));
      }
    },
  };

  /** Adds to the window, and ends it if it says enough. */
  const look = (time: number): void => {
    const { current } = limit;
    const isDip = phase === DIP;
    const isProbe = phase === PROBE;
    count++;
    const mean = (sums[0] += time) / count;
    const square = (sums[1] += time * time) / count;
    if (isDip) spread = Math.sqrt(square - mean * mean) || 0;
    const growth = mean - base;
    const most = Math.max(Math.log(1 + tolerance), spread * 0.3);
    const doubt = spread / Math.sqrt(count);
    const isSlow = growth > most;
    // A probe that is too slow ends soon. Any other window has a round at least.
    if (count < (isProbe && isSlow ? 6 : Math.max(12, current))) return;
    if (doubt * (isDip ? 3 : 4) > most && (isDip || doubt * (isSlow ? 3 : 1.5) > Math.abs(growth - most))) return;
    if (growth < -most - doubt * 3) {
      // There was a queue when the base was measured, and there may be one still; or the server has become faster.
      base = mean;
      capacity = Math.min(capacity, current);
      go(DIP, current / 2);
    } else if (isDip) {
      base = isSlow ? mean : mean - growth / 2;
      go(CRUISE, capacity);
    } else if (isSlow || (isProbe && current === limit.max)) {
      // Where there may be no more, the base is measured anew all the same: it may have been with a queue. A slot with a pace
      // sends as often with a queue as without, until a request takes longer than the period.
      const cut = isSlow ? Math.max(most, Math.max(mean, pace) - Math.max(base, pace)) : growth;
      sink(Math.max(isProbe ? capacity : 0, current / Math.exp(cut)), DIP, 0.2);
    } else {
      left -= count;
      if (isProbe) {
        capacity = current;
        step = Math.min(step * 2, current >> 2) || 1;
        rounds = 8;
      }
      if (left > 0) go(CRUISE, current);
      else go(PROBE, capacity + step);
    }
  };

  /** The server takes no more than so many. */
  const sink = (number: number, next: number, share: number): void => {
    rounds = phase === PROBE ? Math.min(rounds * 2, 64) : 8;
    step = 1;
    capacity = within(number);
    left = rounds * capacity;
    // One less at least, where there is to be a share less.
    go(next, capacity - (capacity + 1) * share);
  };

  /** Begins a window. */
  const go = (next: number, number: number): void => {
    const before = limit.current;
    phase = next;
    limit.current = within(Math.round(number));
    skip = limit.current === before ? 0 : Math.max(before, limit.current);
    count = 0;
    sums.fill(0);
  };

  go(DIP, capacity);
  return limit;
}
