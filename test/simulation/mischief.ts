import type { DispatchCloser, PoolEvent } from "../../src/lean.ts";
import { callPool } from "./caller.ts";
import { odds } from "./random.ts";
import type { World } from "./world.ts";

const DEEDS = odds({ call: 40, abort: 15, pause: 8, resume: 15, close: 1, "abort pool": 1, idle: 5 });

/** Callbacks within callbacks that may do something. */
const DEEPEST = 3;

/** Lets callbacks of the world do something to the pool while it waits for them, now and then. */
export function allowMischief(world: World, pool: DispatchCloser): void {
  const { random, setup, timeline } = world;
  let depth = 0;
  world.mischief = () => {
    if (depth >= DEEPEST || !random.chance(setup.mischief)) return;
    depth++;
    if (setup.isJumpy && random.chance(0.5)) timeline.jump(random.between(1, 100) / 8);
    else doSomething(world, pool);
    depth--;
  };
}

function doSomething(world: World, pool: DispatchCloser): void {
  const { context, random, signals } = world;
  world.deeds++;
  const own = context.getStore()?.caller;
  const deed = random.choose(DEEDS);
  world.ledger.note(`mischief ${deed}`);
  if (deed === "call") callPool(world, pool, false);
  else if (deed === "abort") {
    if (own !== undefined && random.chance(0.5)) world.abort(own);
    else if (signals.length > 0) world.abort(random.pick(signals));
  } else if (deed === "pause") pool.pause();
  else if (deed === "resume") resume(world, pool);
  else if (deed === "close") close(world, pool);
  else if (deed === "abort pool") abort(world, pool);
  else world.ledger.waitForIdle(pool.onIdle(), "onIdle()");
}

export function resume({ ledger }: World, pool: DispatchCloser): void {
  ledger.isPausedForSure = false;
  pool.resume();
}

export function close({ ledger }: World, pool: DispatchCloser): void {
  ledger.isPausedForSure = false;
  const closing = pool.close();
  ledger.expect(closing === pool.close(), "close() gives another promise the second time");
  ledger.expect(pool.closed && !pool.paused, "close() does not close, or leaves the pool paused");
  ledger.waitForIdle(closing, "close()");
}

export function abort({ ledger, random }: World, pool: DispatchCloser): void {
  ledger.isPausedForSure = false;
  const reason = random.pick([undefined, null, 0, new Error("The pool is given up")]);
  ledger.abortReasons.push(reason);
  ledger.waitForIdle(pool.abort(reason), "abort()");
}

const LISTENER_FAILED = new Error("A listener failed");

/** Listeners like those of careless users: they throw, reject, take their time and call back. */
export function carelessListeners(world: World): ((event: PoolEvent) => void)[] {
  const { random, setup, timeline } = world;
  const listeners: ((event: PoolEvent) => void)[] = [];
  if (setup.hasListeners) {
    const throwing = (): void => {
      if (random.chance(0.05)) throw LISTENER_FAILED;
    };
    const rejecting: () => unknown = async () => throwing();
    listeners.push(throwing, rejecting);
  }
  if (setup.isReentrant) listeners.push(() => world.mischief());
  if (setup.isJumpy) {
    listeners.push(() => {
      if (random.chance(setup.mischief)) timeline.jump(random.between(1, 40) / 8);
    });
  }
  return listeners;
}
