import {
  type Adaptive,
  Client,
  type ClientOptions,
  type DispatchCloser,
  type Handler,
  type PoolEvent,
} from "../../src/lean.ts";
import { BreakerWatch } from "./breaker-watch.ts";
import { callPool } from "./caller.ts";
import { mapOverPool, writeToPool } from "./group.ts";
import { checkBounds, checkEnd, checkRest } from "./invariants.ts";
import { LaneWatch } from "./lane-watch.ts";
import { NAME } from "./ledger.ts";
import { abort, allowMischief, carelessListeners, close, resume } from "./mischief.ts";
import { odds, type Random } from "./random.ts";
import { RetryWatch } from "./retry-watch.ts";
import { scriptedHandler } from "./scripted-handler.ts";
import { gapOf, randomSetup, type Setup } from "./setup.ts";
import type { Trace } from "./trace.ts";
import { World } from "./world.ts";

/** Something between the world and the pool that breaks a promise of the pool, to see whether it is noticed. */
export interface Sabotage {
  /** Breaks a part of the pool. @returns Mends it. */
  part?(): () => void;
  options?(options: ClientOptions & { readonly handler: Handler }): ClientOptions & { readonly handler: Handler };
  pool?(pool: DispatchCloser): DispatchCloser;
}

const TICK = Promise.resolve();

const WHIMS = odds({
  abort: 20,
  pause: 8,
  resume: 12,
  idle: 5,
  listen: 5,
  map: 8,
  write: 5,
  jump: 5,
  "jump wall": 3,
  resize: 40,
  close: 0.5,
  "abort pool": 0.5,
});

const ENDS = odds({ "by close": 4, "by abort": 2, "by close and abort": 2, "when idle": 2 });

/** One pool, from its start to its end. */
export class Life {
  readonly world: World;
  readonly setup: Setup;
  steps = 0;
  readonly #pool: DispatchCloser;
  readonly #random: Random;
  #isAtRest = true;
  /** Tells the pool that there is another number of slots. */
  #changed = (): void => undefined;

  constructor(random: Random, trace: Trace, sabotage: Sabotage) {
    this.setup = randomSetup(random);
    this.#random = random;
    this.world = new World(random, this.setup, trace);
    const { workers, queueSize, period, spread, timeout, drain, hold, breaker, lanes } = this.setup;
    const listeners = [this.world.ledger.hear, ...carelessListeners(this.world), this.world.ledger.hearLast];
    const { timeline: clock } = this.world;
    const unguarded = scriptedHandler(this.world);
    if (breaker !== undefined) this.world.breaker = new BreakerWatch(this.world, breaker, unguarded);
    if (lanes !== undefined) this.world.lanes = new LaneWatch(this.world, lanes);
    const handler = this.world.breaker?.handle ?? unguarded;
    const pace = { workers: this.setup.isLimited ? this.#limits() : workers, queueSize, period, spread };
    const logger = { debug: () => undefined, error: () => undefined };
    const options = {
      name: NAME,
      handler,
      listeners,
      logger,
      ...pace,
      timeout,
      drain,
      hold,
      clock,
      ...this.#traffic(),
    };
    const pool = new Client(sabotage.options?.(options) ?? options).start();
    this.#pool = sabotage.pool?.(pool) ?? pool;
    allowMischief(this.world, this.#pool);
    trace.note(0, "pool", workers, queueSize, `${period} ${spread} ${timeout} ${drain.bytes} ${drain.ms}`);
  }

  get hasFailed(): boolean {
    return this.world.ledger.failures.length > 0;
  }

  /** Lives until so many tasks were accepted, or it is closed; then to its end. */
  async run(tasks: number): Promise<void> {
    const { ledger } = this.world;
    try {
      while (!this.hasFailed && !this.#pool.closed && ledger.accepted < tasks) await this.#step(() => this.#act());
      await this.#end();
    } catch (error) {
      ledger.fail(`${String(error)} was thrown: ${(error as Error | undefined)?.stack}`);
    }
    ledger.isOver = true;
  }

  /** Slots as many as the ledger says. */
  #limits(): Adaptive {
    const { ledger } = this.world;
    return {
      limit: ({ changed }) => {
        this.#changed = changed;
        return {
          max: this.setup.workers,
          get current() {
            return ledger.workers;
          },
        };
      },
    };
  }

  #traffic(): Pick<ClientOptions, "lanes" | "retry"> {
    const { lanes } = this.world;
    const { retry } = this.setup;
    return {
      ...(lanes !== undefined && { lanes: lanes.lanes }),
      ...(retry !== undefined && { retry: new RetryWatch(this.world, retry).retry }),
    };
  }

  async #end(): Promise<void> {
    const { world } = this;
    const { timeline } = world;
    const end = this.#random.choose(ENDS);
    world.ledger.note(`end ${end}`);
    if (end !== "when idle")
      await this.#step(() => (end === "by abort" ? abort(world, this.#pool) : close(world, this.#pool)));
    if (end === "by close and abort") await this.#step(() => abort(world, this.#pool));
    if (end === "when idle" && this.#pool.paused) await this.#step(() => resume(world, this.#pool));
    while (!this.hasFailed) {
      if (timeline.isEmpty) await this.#rest();
      // Somebody may have paused it with the last thing that happened.
      const isStopped = this.#pool.paused && world.ledger.unfinished > 0;
      if (timeline.isEmpty && !isStopped) break;
      await this.#step(() => {
        if (!this.#pool.closed && this.#pool.paused) resume(world, this.#pool);
        else if (!this.#pool.closed || this.#random.chance(0.96)) this.#advance();
        else if (this.#random.chance(0.5)) callPool(world, this.#pool, this.#isAtRest);
        else this.#pool.pause();
      });
    }
    if (!this.#pool.closed) await this.#step(() => close(world, this.#pool));
    await this.#rest();
    if (!this.hasFailed) checkEnd(world, this.#pool);
  }

  async #step(act: () => void): Promise<void> {
    this.steps++;
    act();
    checkBounds(this.world, this.#pool);
    if (this.#random.chance(this.setup.rest)) return this.#rest();
    this.#isAtRest = false;
    // Some way into the turn: what comes next comes between promises that are about to settle.
    for (let ticks = this.#random.between(0, 8); ticks > 1; ticks--) await TICK;
  }

  async #rest(): Promise<void> {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    this.#isAtRest = true;
    checkRest(this.world, this.#pool);
  }

  #act(): void {
    const { random, timeline, ledger } = this.world;
    const pool = this.#pool;
    if (random.chance(0.06)) return this.#follow(random.choose(WHIMS));
    const { senders } = pool;
    const isCrowded = senders >= this.setup.crowd || (ledger.waiting >= this.setup.queueSize && random.chance(0.7));
    if (!isCrowded && (timeline.isEmpty || random.chance(this.setup.pressure))) {
      return callPool(this.world, pool, this.#isAtRest);
    }
    if (this.#advance()) return;
    if (pool.paused) resume(this.world, pool);
    else if (isCrowded && ledger.running.size === 0) ledger.fail("nothing is left to come, and tasks wait");
  }

  #resize(): void {
    if (!this.setup.isLimited) return;
    if (this.#random.chance(0.3)) return this.world.lanes?.tune();
    const workers = this.#random.between(1, this.setup.workers);
    // A slot's share of the period is a multiple of 1/8 ms.
    const isExact = Number.isInteger(gapOf(this.setup, workers) * 8);
    this.world.ledger.workers = isExact ? workers : 1;
    this.#changed();
  }

  /** Lets time go on, after a rest: platforms let promises settle before the next timer. */
  #advance(): boolean {
    return !this.#isAtRest || this.world.timeline.advance();
  }

  #follow(whim: string): void {
    const { world } = this;
    const { random, timeline, signals, ledger } = world;
    const pool = this.#pool;
    ledger.note(whim);
    if (whim === "abort" && signals.length > 0) world.abort(random.pick(signals));
    else if (whim === "pause") pool.pause();
    else if (whim === "resume") resume(world, pool);
    else if (whim === "idle") ledger.waitForIdle(pool.onIdle(), "onIdle()");
    else if (whim === "listen") listen(world, pool);
    else if (whim === "map" && !this.setup.isReentrant) mapOverPool(world, pool);
    else if (whim === "write") writeToPool(world, pool);
    else if (whim === "jump" && this.setup.late > 0) timeline.jump(random.pick([0.125, 10, 3_600_000]));
    else if (whim === "jump wall") timeline.jumpWall(random.pick([-3_600_000, 86_400_000, -5, 5]));
    else if (whim === "resize") this.#resize();
    else if (whim === "close") close(world, pool);
    else if (whim === "abort pool") abort(world, pool);
  }
}

/** A listener that comes, and goes when it has heard something. */
function listen({ random, setup }: World, pool: DispatchCloser): void {
  const type = random.pick<PoolEvent["type"]>([
    "queue",
    "reject",
    "start",
    "headers",
    "retry",
    "hold",
    "limit",
    "finish",
  ]);
  if (random.chance(0.5)) {
    pool.once(type, () => {
      if (setup.hasListeners) throw new Error("A listener failed");
    });
    return;
  }
  const listener = (): void => {
    pool.off(type, listener);
  };
  pool.on(type, listener);
}
