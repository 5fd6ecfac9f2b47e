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
}

/** Says in words why the next task does not start, or that none waits. */
export function reasonFor(now: Situation): string {
  const { paused, closed, waiting, senders, running, workers, queueSize, period, pace } = now;
  if (closed && waiting + running === 0) return "The pool is closed and everything has finished. Start a new one.";
  if (paused)
    return `The pool is paused: what runs goes on, but nothing starts${waiting > 0 ? `, so ${tasks(waiting)}` : ""}.`;
  const line =
    senders > 0
      ? ` All ${queueSize} places are taken, so ${senders} more ${senders === 1 ? "sender stands" : "senders stand"} in line.`
      : "";
  if (waiting === 0 && senders === 0) {
    const free = workers - running;
    if (free === 0) return `Nothing waits, and all ${workers} slots are busy: the next task will queue.`;
    const next =
      pace > 0 ? `but started less than ${period} ms ago: the next task will wait` : "the next task starts at once";
    return `Nothing waits: ${free} of ${workers} slots ${free === 1 ? "is" : "are"} free, ${next}.`;
  }
  if (running >= workers) {
    return `The next task waits because all ${workers} slots are busy; it starts when one of them ends.${line}`;
  }
  if (period > 0 && pace > 0) {
    return `The next task waits for the pace: ${workers - running} ${workers - running === 1 ? "slot is" : "slots are"} free, but each started less than ${period} ms ago.${line}`;
  }
  return `The next task is about to start.${line}`;
}

function tasks(count: number): string {
  return count === 1 ? "one task waits" : `${count} tasks wait`;
}
