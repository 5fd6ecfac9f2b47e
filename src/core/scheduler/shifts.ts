import PQueue from "p-queue";

/**
 * PQueue's options, its own and a job's, each as an own property: PQueue copies them into an ordinary object, and would
 * else inherit those of a polluted `Object.prototype`.
 */
const ABSENT: object = Object.fromEntries(
  "autoStart carryoverIntervalCount id interval intervalCap priority queueClass signal strict timeout"
    .split(" ")
    .map((name) => [name, undefined]),
);

/** Cheaper to wait for than `queueMicrotask()`, which makes an async resource for each call on Node. */
const SOON = Promise.resolve();

/** Ends a shift: PQueue's job is done. */
export type EndShift = () => void;

/**
 * Shifts are jobs on PQueue, which runs at most one for each worker. A shift serves one slot at a time, task after task,
 * until no task may start. One job a task would cost a promise, an async frame and two closures each.
 *
 * A shift that finds nothing to do lingers for two microtasks before it ends: a producer that is about to send spares
 * PQueue a new start.
 */
export class Shifts {
  readonly #queue: PQueue;
  readonly #serve: (end: EndShift) => void;
  readonly #lingering: EndShift[] = [];
  #isEnding = false;

  /** @param serve Does a shift's work, now and whenever it is called back, until it is told to {@link linger}. */
  constructor(workers: number, serve: (end: EndShift) => void) {
    this.#queue = new PQueue({ ...ABSENT, concurrency: workers });
    this.#serve = serve;
  }

  /** Whether PQueue has a shift that it has not begun, and so will begin when a slot is free. */
  get isComing(): boolean {
    return this.#queue.size > 0;
  }

  /** Puts one more shift to work: one that lingers, at once, else a new one, when PQueue begins it. */
  add(): void {
    const end = this.#lingering.pop();
    if (end === undefined) void this.#queue.add(this.#begin, ABSENT);
    else this.#serve(end);
  }

  /** Lets a shift end soon, unless it is put to work again before. */
  linger(end: EndShift): void {
    this.#lingering.push(end);
    if (this.#isEnding) return;
    this.#isEnding = true;
    void SOON.then(this.#wait);
  }

  readonly #begin = (): Promise<void> => new Promise((end) => this.#serve(end));

  readonly #wait = (): void => void SOON.then(this.#end);

  readonly #end = (): void => {
    this.#isEnding = false;
    for (let end = this.#lingering.pop(); end !== undefined; end = this.#lingering.pop()) end();
  };
}
