import type { DispatchCloser } from "../../src/lean.ts";
import type { World } from "./world.ts";

/** What the pool tells of is the sum of what its lanes tell of. */
export function checkSums({ ledger, lanes, setup }: World, pool: DispatchCloser): void {
  if (lanes === undefined) return;
  const sum = { waiting: 0, senders: 0, running: 0 };
  for (const [name, lane] of pool.lanes()) {
    sum.waiting += lane.waiting;
    sum.senders += lane.senders;
    sum.running += lane.running;
    // When their number has sunk, more are taken for a while.
    const most = setup.isLimited ? setup.workers : lane.workers;
    ledger.expect(lane.running <= most, `lane ${name} has ${lane.running} slots, of ${most}`);
    ledger.expect(!lanes.record(name).isIdle, `lane ${name} is told of, and is idle`);
  }
  for (const what of ["waiting", "senders", "running"] as const)
    ledger.expect(pool[what] === sum[what], `${what} is ${pool[what]}, and ${sum[what]} in lanes`);
}

/** What must hold of each lane when all promises have settled. */
export function checkLanes({ ledger, lanes, setup, timeline }: World, pool: DispatchCloser): void {
  if (lanes === undefined) return;
  const told = pool.lanes();
  for (const [name, { fresh, back, started }] of ledger.lanes.all) {
    const { workers, queueSize } = lanes.limitsOf(name);
    const state = told.get(name) ?? { waiting: 0, running: 0, workers, heldMs: 0 };
    let least = 0;
    let most = 0;
    for (const job of started) {
      if (job.isBusy) least++;
      if (job.isBusy || job.isDoubtful) most++;
    }
    ledger.expect(setup.isLimited || least <= workers, `${least} tasks of lane ${name} are under way, of ${workers}`);
    const isRunning = state.running >= least && state.running <= most;
    ledger.expect(isRunning, `lane ${name} has ${state.running} slots, with ${least} taken`);
    const isWaiting = state.waiting <= back.size + Math.min(fresh, queueSize) && state.waiting >= back.size;
    ledger.expect(isWaiting, `${state.waiting} wait in lane ${name}, the tally of events ${back.size} and ${fresh}`);
    const most2 = queueSize + (setup.retry === undefined ? 0 : setup.workers);
    ledger.expect(state.waiting <= most2, `${state.waiting} wait in lane ${name}, in ${queueSize} places`);
    ledger.expect(state.workers === workers, `lane ${name} has ${state.workers} workers, not ${workers}`);
    if (!told.has(name)) continue;
    const heldMs = Math.max(0, lanes.record(name).heldUntil - timeline.now());
    ledger.expect(state.heldMs === heldMs, `lane ${name} is held for ${state.heldMs} ms, not ${heldMs}`);
  }
}

/** How many tasks the pool must say that wait: what slots are about to take has no place. */
export function toldOf({ ledger, lanes, setup }: World): number {
  let atRest = 0;
  let told = 0;
  for (const [name, { fresh, back }] of ledger.lanes.all) {
    atRest += back.size;
    told += lanes === undefined ? fresh : Math.min(fresh, lanes.limitsOf(name).queueSize);
  }
  return atRest + Math.min(told, setup.queueSize);
}

/** Whether all who stand in line have reason to. */
export function mayWaitInLine({ ledger, lanes, setup }: World, pool: DispatchCloser): boolean {
  if (ledger.waiting >= setup.queueSize) return true;
  if (lanes === undefined) return false;
  for (const [name, { senders }] of pool.lanes()) {
    const { fresh, back } = ledger.lanes.of(name);
    if (senders > 0 && fresh + back.size < lanes.limitsOf(name).queueSize) return false;
  }
  return true;
}

/** Whether a task waits that may start when a slot of the pool may. */
export function eligible({ ledger, lanes, timeline }: World): boolean {
  const now = timeline.now();
  if (lanes !== undefined) return lanes.due(now) <= now;
  const { fresh, back } = ledger.lanes.of("");
  return fresh > 0 || [...back].some(({ acceptedAt }) => acceptedAt <= now);
}
