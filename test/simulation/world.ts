import { AsyncLocalStorage } from "node:async_hooks";
import type { BreakerWatch } from "./breaker-watch.ts";
import { type Call, CallerSignal, type Job, type Wish } from "./call.ts";
import type { LaneWatch } from "./lane-watch.ts";
import { Ledger, ORIGINS } from "./ledger.ts";
import type { Random } from "./random.ts";
import type { Setup } from "./setup.ts";
import { FAR, Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

/** All that is around one pool: time, chance, and the memory of what has happened. */
export class World {
  readonly random: Random;
  readonly setup: Setup;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  /** Which call something happens for. */
  readonly context = new AsyncLocalStorage<Call>();
  readonly jobs = new WeakMap<Request, Job>();
  /** Signals of callers whose calls are not all over. */
  readonly signals: CallerSignal[] = [];
  /** Signals that have aborted since the last rest. */
  aborted: CallerSignal[] = [];
  /** All of them. */
  readonly allSignals: AbortSignal[] = [];
  /** Kept from the garbage collector, which would act at times of its own. */
  readonly kept: unknown[] = [];
  /** What a callback may do, apart from its work. Set by whoever has the pool. */
  mischief: () => void = () => undefined;
  /** Of a world that has one. */
  breaker: BreakerWatch | undefined;
  lanes: LaneWatch | undefined;
  /** How often a callback has done something to the pool. */
  deeds = 0;
  #calls = 0;

  constructor(random: Random, setup: Setup, trace: Trace) {
    this.random = random;
    this.setup = setup;
    this.timeline = new Timeline(random, setup);
    this.ledger = new Ledger(setup, this.timeline, trace, this.context);
  }

  /** Calls made so far. */
  get calls(): number {
    return this.#calls;
  }

  nextCall(): number {
    return ++this.#calls;
  }

  /** Where a request goes. */
  origin(): string {
    return this.random.pick(ORIGINS);
  }

  /** Where a call asks to stand. */
  wish(): Wish {
    const { lanes } = this.setup;
    if (lanes === undefined) return {};
    const lane = this.random.between(0, lanes.names);
    return {
      ...(lane > 0 && { lane: "x".repeat(lane) }),
      ...(this.random.chance(0.6) && { priority: this.random.between(1, lanes.priorities) }),
    };
  }

  /** How long something takes that somebody waits for: now and then, for ever. */
  delay(): number {
    if (this.random.chance(this.setup.never)) return FAR + this.random.between(0, 1000);
    return this.random.between(0, this.setup.pace * 8) / 8;
  }

  /** Resolves after a while. */
  while(): Promise<void> {
    return new Promise((resolve) => this.timeline.after(this.delay(), resolve));
  }

  /** A signal for a call, of its own or shared. */
  signal(): CallerSignal | undefined {
    if (!this.random.chance(this.setup.signals)) return undefined;
    if (this.signals.length > 0 && this.random.chance(0.4)) return this.random.pick(this.signals);
    const signal = new CallerSignal();
    this.signals.push(signal);
    this.allSignals.push(signal.signal);
    if (this.signals.length > 20) this.signals.splice(0, 10);
    return signal;
  }

  /** Somebody gives up all calls of a signal. */
  abort(signal: CallerSignal): void {
    const reason = this.random.pick([undefined, null, 0, new Error("The caller has left")]);
    this.ledger.note("abort signal", signal.calls.size);
    this.aborted.push(signal);
    signal.controller.abort(reason);
  }
}
