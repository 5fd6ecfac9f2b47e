import PQueue from "p-queue";
import { AsyncScope } from "../../lib/runtime/async-scope.ts";

/**
 * PQueue's options, its own and a job's, each as an own property: PQueue copies them into an ordinary object, and would
 * else inherit those of a polluted `Object.prototype`.
 */
const ABSENT: object = Object.fromEntries(
  "autoStart carryoverIntervalCount id interval intervalCap priority queueClass signal strict timeout"
    .split(" ")
    .map((name) => [name, undefined]),
);

/** Microtasks after which the shifts of an idle pool end: enough for who awaits `run()`, in loops that go in step, to send again. */
const LINGER = 8;

/** Cheaper to wait for than `queueMicrotask()`, which makes an async resource for each call on Node. */
const SOON = Promise.resolve();

/** The async context of nobody's call: PQueue keeps that of a job for as long as it lasts, and a shift is for one call after another. */
const NOBODYS = /* @__PURE__ */ new AsyncScope();

/** What shifts have to know of a pool's slots. */
interface TakenSlots {
  readonly max: number;
  readonly taken: number;
}

/** Ends a shift: PQueue's job is done. */
export type EndShift = () => void;

/**
 * Shifts are jobs on PQueue, which runs at most one for each worker. A shift serves one slot at a time, task after task,
 * until no task may start. One job a task would cost a promise, an async frame and two closures each.
 *
 * A shift that finds nothing to do lingers while others work, and for some microtasks after the last of them: a task that
 * comes alone spares PQueue a new start, and so does one that a producer sends when it hears of an end. An idle pool has none.
 */
export class Shifts {
  readonly #queue: PQueue;
  readonly #slots: TakenSlots;
  readonly #serve: (end: EndShift) => void;
  readonly #lingering: EndShift[] = [];
  /** Microtasks until they end. 0: nobody counts. */
  #left = 0;

  /**
   * @param slots How many there may ever be, and how many are taken: each shift is told to linger once it has given its own back.
   * @param serve Does a shift's work, now and whenever it is called back, until it is told to {@link linger}.
   */
  constructor(slots: TakenSlots, serve: (end: EndShift) => void) {
    this.#queue = new PQueue({ ...ABSENT, concurrency: slots.max });
    this.#slots = slots;
    this.#serve = serve;
  }

  /** Whether one more would have to wait for one that PQueue has not begun: that one will do, when others end. */
  get isComing(): boolean {
    return this.#lingering.length === 0 && this.#queue.size > 0;
  }

  /** Puts one more shift to work: one that lingers, at once, else a new one, when PQueue begins it. */
  add(): void {
    const end = this.#lingering.pop();
    if (end === undefined) NOBODYS.runInAsyncScope(this.#queueOne, this);
    else this.#serve(end);
  }

  /** Lets a shift end soon after the last one that works, unless it is put to work again before. */
  linger(end: EndShift): void {
    this.#lingering.push(end);
    if (this.#slots.taken > 0) return;
    if (this.#left === 0) void SOON.then(this.#wait);
    this.#left = LINGER;
  }

  #queueOne(): void {
    void this.#queue.add(this.#begin, ABSENT);
  }

  readonly #begin = (): Promise<void> => new Promise((end) => this.#serve(end));

  readonly #wait = (): void => {
    if (--this.#left > 0) return void SOON.then(this.#wait);
    if (this.#slots.taken > 0) return;
    for (let end = this.#lingering.pop(); end !== undefined; end = this.#lingering.pop()) end();
  };
}
