import { AsyncResource } from "node:async_hooks";
import { Circuits } from "../../src/handlers/breaker/circuits.ts";
import { FifoBacklog } from "../../src/core/fifo-backlog.ts";
import type { QueuedTask, RunningAttempt } from "../../src/core/queued-task.ts";
import { Slots } from "../../src/core/slots.ts";
import { CircuitOpenError } from "../../src/api/errors.ts";
import { type Clock, type DispatchCloser, isCircuitOpenError, type PoolEvent } from "../../src/lean.ts";
import { Lane } from "../../src/traffic/lanes/lane.ts";
import type { Sabotage } from "./life.ts";

/** A way to break the pool, and what must be said of it. */
interface Break extends Sabotage {
  readonly caught: RegExp;
}

type Options = Parameters<NonNullable<Sabotage["options"]>>[0];

const elsewhere = new AsyncResource("elsewhere");

/** Pools that are broken on purpose, by what is wrong with them: the checks of a simulation must see it. */
export const sabotages: Readonly<Record<string, Break>> = {
  "has a worker too many": {
    caught: /in flight for|slots taken, of|^slot \d+ of/,
    options: (options) => ({ ...options, workers: moreWorkers(options.workers, 1) }),
  },
  "has a worker too few": {
    caught: /slots idle while/,
    options: (options) => ({ ...options, workers: moreWorkers(options.workers, -1) }),
  },
  "has lanes that keep their slots when the pool has others": {
    caught: /has \d+ workers, not|in flight for|slots idle while/,
    part: () => breakPart(Lane.prototype, "resize", () => undefined),
  },
  "has a place too many": {
    caught: /waiting, in|had no room, and was accepted|queue event with/,
    options: (options) => ({ ...options, queueSize: given(options.queueSize) + 1 }),
  },
  "has a place too few": {
    caught: /had room, and was|was refused with|before a free place/,
    options: (options) => ({ ...options, queueSize: Math.max(1, given(options.queueSize) - 1) }),
  },
  "starts a slot too soon": {
    caught: /^slot \d+ started after/,
    options: (options) => ({ ...options, period: given(options.period) / 2 }),
  },
  "starts a slot too late": {
    caught: /slots idle while/,
    options: (options) => ({ ...options, period: given(options.period) * 2 }),
  },
  "does not spread its starts": {
    caught: /which spread keeps/,
    options: (options) => ({ ...options, spread: false }),
  },
  "spreads starts that nobody wants spread": {
    caught: /slots idle while/,
    options: (options) => ({ ...options, spread: true }),
  },
  "never starts again after a start that was given up": {
    caught: /slots idle while|tasks wait/,
    // Only where starts are spread does a start keep others from starting.
    options: (options) => ({ ...options, spread: true, period: Math.max(8, options.period ?? 0) }),
    part: () => {
      const { start } = Slots.prototype;
      return breakPart(Slots.prototype, "start", function (this: Slots<RunningAttempt>, slot, now) {
        if (slot.occupant?.signal.aborted !== true) start.call(this, slot, now);
      });
    },
  },
  "takes its timeout too lightly": {
    caught: /outlived the timeout/,
    options: (options) => ({ ...options, timeout: given(options.timeout) * 2 }),
  },
  "cleans up for too long": {
    caught: /is done since .*, and has not finished/,
    options: (options) => ({ ...options, drain: { ...options.drain, ms: 1000 } }),
  },
  "loses timers": {
    caught: /slots idle while|outlived the timeout|and has not finished|tasks wait/,
    options: (options) => withClock(options, (set) => nowAndThen(set, () => undefined)),
  },
  "keeps timers": {
    caught: /an idle pool keeps/,
    options: (options) => withClock(options, (set) => nowAndThen(set, (...timer) => (set(...timer), set(...timer)))),
  },
  "sets timers that platforms fire at once": {
    caught: /a timer of/,
    options: (options) => withClock(options, (set) => nowAndThen(set, (callback) => set(callback, 2 ** 31))),
  },
  "loses a finish": {
    caught: /is not over, and has settled/,
    options: (options) => withEvents(options, (event, hear) => event.type === "finish" || hear(event)),
  },
  "tells a finish twice": {
    caught: /finished when it was finished|finished when it was new/,
    options: (options) => withEvents(options, (event, hear) => (hear(event), event.type === "finish" && hear(event))),
  },
  "tells a queue twice": {
    caught: /queued twice|that was accepted/,
    options: (options) => withEvents(options, (event, hear) => (hear(event), event.type === "queue" && hear(event))),
  },
  "tells a start late": {
    caught: /called when it was queued/,
    options: (options) =>
      withEvents(options, (event, hear) => (event.type === "start" ? queueMicrotask(() => hear(event)) : hear(event))),
  },
  "forgets bodies": {
    caught: /before its body was released/,
    options: (options) => ({
      ...options,
      handler: async (request, init) => {
        const response = await options.handler(request, init);
        if (response instanceof Response) Object.defineProperty(response, "body", { value: null });
        return response;
      },
    }),
  },
  "sends a request twice": {
    caught: /was sent twice/,
    options: (options) => ({
      ...options,
      handler: (request, init) => (options.handler(request, init), options.handler(request, init)),
    }),
  },
  "closes in a hurry": {
    caught: /resolved while tasks were unfinished/,
    pool: (pool) => {
      const hurried = Promise.resolve();
      return instead(pool, { close: () => (void pool.close(), hurried) });
    },
  },
  "never closes": {
    caught: /has not resolved, though all tasks have finished/,
    pool: (pool) => {
      const never = new Promise<void>(() => undefined);
      return instead(pool, { close: () => (void pool.close(), never) });
    },
  },
  "is never idle": {
    caught: /has not resolved, though all tasks have finished/,
    pool: (pool) => instead(pool, { onIdle: () => new Promise(() => undefined) }),
  },
  "is idle at once": {
    caught: /resolved while tasks were unfinished/,
    pool: (pool) => instead(pool, { onIdle: () => Promise.resolve() }),
  },
  "says nothing of a refusal": {
    caught: /not refused at once|settled otherwise|was not accepted|failed, though/,
    pool: (pool) => instead(pool, { offer: (...call) => pool.closed || pool.offer(...call) }),
  },
  "lets a sender step aside": {
    caught: /was accepted after call/,
    part: () => {
      const { standInLine } = FifoBacklog.prototype;
      return breakPart(FifoBacklog.prototype, "standInLine", function (this: AnyFifo, sender) {
        const first = this.leaveFirst();
        standInLine.call(this, sender);
        if (first !== undefined) standInLine.call(this, first);
      });
    },
  },
  "lets a task step aside": {
    caught: /^task \d+ started after task/,
    part: () => {
      const { take } = FifoBacklog.prototype;
      return breakPart(FifoBacklog.prototype, "take", function (this: AnyFifo, now) {
        const first = take.call(this, now);
        const second = first === undefined || isBack(first) ? undefined : take.call(this, now);
        if (first === undefined || second === undefined) return first;
        this.push(first);
        return second;
      });
    },
  },
  "leaves senders standing": {
    caught: /senders in line before a free place/,
    part: () => breakPart(FifoBacklog.prototype, "admit", () => undefined),
  },
  "never says that a task is queued": {
    caught: /is over, and has not settled/,
    pool: (pool) =>
      instead(pool, { send: (...call) => (pool.send(...call).catch(() => undefined), new Promise(() => undefined)) }),
  },
  "says that a task is queued before it is": {
    caught: /not over, and has settled/,
    pool: (pool) =>
      instead(pool, { send: (...call) => (pool.send(...call).catch(() => undefined), Promise.resolve()) }),
  },
  "mixes up results": {
    caught: /came to something else than its task/,
    pool: (pool) => {
      const run = async (...call: Parameters<DispatchCloser["run"]>): Promise<unknown> => ({
        of: await pool.run(...call),
      });
      return instead(pool, { run });
    },
  },
  "wraps errors": {
    caught: /failed with another error than its task|was rejected, and settled otherwise/,
    pool: (pool) => {
      const run = (...call: Parameters<DispatchCloser["run"]>): Promise<unknown> =>
        pool.run(...call).catch((cause: unknown) => Promise.reject(new Error("It failed", { cause })));
      return instead(pool, { run });
    },
  },
  "ignores the signals of callers": {
    caught: /outlived its signal|was accepted, closed or aborted/,
    pool: (pool) => instead(pool, { send: (task) => pool.send(task) }),
  },
  "leaves a listener on the signals of callers": {
    caught: /listeners are left on the signals/,
    pool: (pool) =>
      instead(pool, {
        send: (task, options) => {
          options?.signal?.addEventListener("abort", () => undefined);
          return pool.send(task, options);
        },
      }),
  },
  "loses the async context": {
    caught: /async context/,
    pool: (pool) => instead(pool, { offer: (...call) => elsewhere.runInAsyncScope(() => pool.offer(...call)) }),
  },
  "does not pause": {
    caught: /while the pool was paused/,
    pool: (pool) => {
      let paused = false;
      return new Proxy(pool, {
        get: (target, key) => {
          if (key === "paused") return paused && !pool.closed;
          if (key === "pause") return () => void (paused = true);
          if (key === "resume") return () => void (paused = false);
          return bound(target, key);
        },
      });
    },
  },
  "aborts only what waits": {
    caught: /of an aborted pool go on/,
    pool: (pool) => instead(pool, { abort: () => pool.close() }),
  },
  "counts what waits wrongly": {
    caught: /the tally of events/,
    pool: (pool) => counting(pool, "waiting", (count) => Math.max(0, count - 1)),
  },
  "counts what runs wrongly": {
    caught: /slots taken/,
    pool: (pool) => counting(pool, "running", (count) => Math.max(0, count - 1)),
  },
  "counts senders wrongly": {
    caught: /senders in line/,
    pool: (pool) => counting(pool, "senders", (count) => count + 1),
  },
  "takes inputs too far ahead": {
    caught: /inputs ahead/,
    pool: (pool) => {
      const map = (inputs: Iterable<unknown>, ...rest: unknown[]): unknown =>
        Reflect.apply(pool.map, pool, [Symbol.iterator in inputs ? Array.from(inputs) : inputs, ...rest]);
      return instead(pool, { map: map as DispatchCloser["map"] });
    },
  },
  "sends to a host whose circuit is open": {
    caught: /was sent to, and/,
    part: () =>
      breakPart(Circuits.prototype, "enter", (host) => ({
        host,
        isProbe: false,
        generation: Number.POSITIVE_INFINITY,
      })),
  },
  "sends a second probe": {
    caught: /was sent to, and/,
    part: () => {
      const { enter } = Circuits.prototype;
      return breakPart(Circuits.prototype, "enter", function (this: Circuits, host) {
        try {
          return enter.call(this, host);
        } catch (error) {
          if (isCircuitOpenError(error) && error.retryAfterMs === 0) return { host, isProbe: false, generation: 0 };
          throw error;
        }
      });
    },
  },
  "never tries a host again": {
    caught: /was refused, and its circuit lets through/,
    part: () => {
      const { enter } = Circuits.prototype;
      return breakPart(Circuits.prototype, "enter", function (this: Circuits, host) {
        const { state = "closed" } = this.states().get(host) ?? {};
        if (state !== "closed") throw new CircuitOpenError(host, 1);
        return enter.call(this, host);
      });
    },
  },
  "does not count failures": {
    caught: /is closed after \d+ failures in a row/,
    part: () => breakPart(Circuits.prototype, "settle", () => undefined),
  },
  "counts a failure twice": {
    caught: /opened after/,
    part: () => {
      const { settle } = Circuits.prototype;
      return breakPart(Circuits.prototype, "settle", function (this: Circuits, permit, verdict) {
        settle.call(this, permit, verdict);
        if (verdict === "failure" && !permit.isProbe) settle.call(this, permit, verdict);
      });
    },
  },
  "takes what its caller aborted for a failure": {
    caught: /opened after|opened again without/,
    part: () => {
      const { settle } = Circuits.prototype;
      return breakPart(Circuits.prototype, "settle", function (this: Circuits, permit, verdict) {
        settle.call(this, permit, verdict === "nothing" ? "failure" : verdict);
      });
    },
  },
  "rejects where nobody hears": {
    caught: /unhandled rejection/,
    pool: (pool) => instead(pool, { pause: () => void Promise.reject(new Error("Nobody hears")) }),
  },
};

type AnyFifo = FifoBacklog<QueuedTask>;

const isBack = ({ attempts }: QueuedTask): boolean => attempts > 0;

/** Puts something wrong in the place of a method. @returns Puts it right again. */
function breakPart<Part extends object, Name extends keyof Part>(
  part: Part,
  name: Name,
  wrong: Part[Name],
): () => void {
  const right = part[name];
  part[name] = wrong;
  return () => void (part[name] = right);
}

/** A pool that does something instead of what it should. */
function instead(pool: DispatchCloser, wrong: Partial<DispatchCloser>): DispatchCloser {
  return new Proxy(pool, {
    get: (target, key) => (Object.hasOwn(wrong, key) ? Reflect.get(wrong, key) : bound(target, key)),
  });
}

function counting(pool: DispatchCloser, what: "waiting" | "running" | "senders", count: (count: number) => number) {
  return new Proxy(pool, { get: (target, key) => (key === what ? count(pool[what]) : bound(target, key)) });
}

function bound(pool: DispatchCloser, key: string | symbol): unknown {
  const value: unknown = Reflect.get(pool, key, pool);
  return typeof value === "function" && key !== "fetch" ? value.bind(pool) : value;
}

/** So many workers more, whether their number changes or not. */
function moreWorkers(workers: Options["workers"], more: number): Options["workers"] {
  if (typeof workers !== "object") return Math.max(1, given(workers) + more);
  return {
    limit: (host) => {
      const limit = workers.limit(host);
      return {
        max: limit.max + Math.max(0, more),
        get current() {
          return limit.current + more;
        },
      };
    },
  };
}

function given(option: number | undefined): number {
  return option ?? 0;
}

type SetTimer = Clock["setTimeout"];

function withClock(options: Options, breaking: (set: SetTimer) => SetTimer): Options {
  const { clock } = options;
  return clock === undefined ? options : { ...options, clock: { ...clock, setTimeout: breaking(clock.setTimeout) } };
}

/** One timer in ten goes wrong. */
function nowAndThen(set: SetTimer, wrong: SetTimer): SetTimer {
  let count = 0;
  return (...timer) => (++count % 10 === 0 ? wrong(...timer) : set(...timer));
}

/** One event in ten is told wrongly. */
function withEvents(options: Options, tell: (event: PoolEvent, hear: (event: PoolEvent) => void) => unknown): Options {
  const [hear, ...others] = options.listeners ?? [];
  let count = 0;
  const listener = (event: PoolEvent): void => {
    if (typeof hear !== "function") return;
    if (++count % 10 === 0) tell(event, hear);
    else hear(event);
  };
  return { ...options, listeners: [listener, ...others] };
}
