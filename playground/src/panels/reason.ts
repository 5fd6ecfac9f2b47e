/** What there is to know about why a task waits: the pool's getters and its last starts. */
export interface Situation {
  readonly paused: boolean;
  readonly closed: boolean;
  readonly waiting: number;
  readonly senders: number;
  readonly running: number;
  readonly workers: number;
  readonly queueSize: number;
  readonly period: number;
  /** ms until the first free slot may start. */
  readonly pace: number;
  /** ms between two starts of any slots; 0: they may come at once. */
  readonly gap: number;
  /** ms of that which are left. */
  readonly gapLeft: number;
  /** Of those that wait, how many rest before another attempt, or have rested. */
  readonly retrying: number;
  /** The lanes with something to do. None in a pool without lanes. */
  readonly lanes: readonly LaneSituation[];
  readonly lanePeriod: number;
}

/** How things stand in a lane. */
export interface LaneSituation {
  readonly name: string;
  readonly waiting: number;
  /** Of those, how many rest before another attempt, or have rested. */
  readonly retrying: number;
  readonly running: number;
  readonly workers: number;
  readonly heldMs: number;
}

/** Lanes that are named in one sentence. */
const NAMED = 3;

/** Says in words why the next task does not start, or that none waits. */
export function reasonFor(now: Situation): string {
  const { paused, closed, waiting, senders, running, workers, queueSize, period, pace, gap, gapLeft } = now;
  if (closed && waiting + running === 0) return "The pool is closed and everything has finished. Restart begins anew.";
  if (paused)
    return `The pool is paused: what runs goes on, but nothing starts${waiting > 0 ? `, so ${tasks(waiting)}` : ""}.`;
  const places = waiting < queueSize && now.lanes.length > 0 ? "All places of their lanes" : `All ${queueSize} places`;
  const line =
    senders > 0
      ? ` ${places} are taken, so ${senders} more ${senders === 1 ? "sender stands" : "senders stand"} in line.`
      : "";
  if (waiting === 0 && senders === 0) {
    const free = workers - running;
    // Fewer than none, while more run than there are slots by now.
    if (free <= 0) return `Nothing waits, and all ${workers} slots are busy: the next task will queue.`;
    const next =
      gapLeft > pace
        ? `but the last start was less than ${Math.round(gap)} ms ago: the next task will wait`
        : pace > 0
          ? `but started less than ${period} ms ago: the next task will wait`
          : "the next task starts at once";
    return `Nothing waits: ${free} of ${workers} slots ${free === 1 ? "is" : "are"} free, ${next}.`;
  }
  if (running >= workers) {
    return `The next task waits because all ${workers} slots are busy; it starts when one of them ends.${line}`;
  }
  if (gapLeft > pace) {
    return `The next task waits for the spread: no two start within ${Math.round(gap)} ms of each other.${line}`;
  }
  if (period > 0 && pace > 0) {
    return `The next task waits for the pace: ${workers - running} ${workers - running === 1 ? "slot is" : "slots are"} free, but each started less than ${period} ms ago.${line}`;
  }
  const lanes = lanesThatWait(now);
  if (lanes !== undefined) return `The next task waits for its lane: ${lanes}.${line}`;
  if (waiting > 0 && now.retrying >= waiting) {
    return `All that waits has failed before, and rests until it is tried again: ${tasks(waiting)}.${line}`;
  }
  return `The next task is about to start.${line}`;
}

/** Why nothing of the lanes that wait may start; undefined when something may. */
function lanesThatWait({ lanes, lanePeriod }: Situation): string | undefined {
  const reasons: string[] = [];
  for (const { name, waiting, retrying, running, workers, heldMs } of lanes) {
    if (waiting === 0) continue;
    if (heldMs > 0) reasons.push(`${name} is held for another ${Math.ceil(heldMs / 1000)} s`);
    else if (running >= workers)
      reasons.push(`${name} has all of its ${workers} ${workers === 1 ? "slot" : "slots"} busy`);
    else if (retrying >= waiting) reasons.push(`${name} rests before it tries again`);
    else if (lanePeriod > 0) reasons.push(`${name} keeps its pace`);
    else return undefined;
  }
  if (reasons.length === 0) return undefined;
  const more = reasons.length - NAMED;
  return `${reasons.slice(0, NAMED).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

function tasks(count: number): string {
  return count === 1 ? "one task waits" : `${count} tasks wait`;
}
