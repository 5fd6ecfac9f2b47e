import { getEventListeners } from "node:events";
import type { DispatchCloser } from "../../src/lean.ts";
import type { Call } from "./call.ts";
import { checkLanes, checkSums, eligible, mayWaitInLine, toldOf } from "./lane-invariants.ts";
import { isCalm, mostWaiting } from "./setup.ts";
import type { World } from "./world.ts";

/** ms that a cancel may take, beyond the budget for reading. */
const CANCEL_MS = 50;

/** What must hold at any time, also in the middle of a turn. */
export function checkBounds(world: World, pool: DispatchCloser): void {
  const { ledger, setup } = world;
  const { waiting, running } = pool;
  checkSums(world, pool);
  ledger.expect(waiting >= 0 && waiting <= mostWaiting(setup), `${waiting} waiting, in ${setup.queueSize} places`);
  ledger.expect(running >= 0 && running <= setup.workers, `${running} slots taken, of ${setup.workers}`);
  ledger.expect(pool.workers === ledger.workers, `there are ${pool.workers} slots, not ${ledger.workers}`);
  ledger.expect(ledger.inFlight <= running, `${ledger.inFlight} in flight with ${running} slots taken`);
}

/** What must hold when all promises have settled. */
export function checkRest(world: World, pool: DispatchCloser): void {
  const { ledger } = world;
  checkBounds(world, pool);
  checkCounters(world, pool);
  checkProgress(world, pool);
  checkLanes(world, pool);
  checkDeadlines(world);
  world.breaker?.checkRest();
  for (const call of ledger.touched) reconcile(world, call);
  ledger.touched = [];
  for (const { calls, handedOver } of world.aborted) {
    for (const { number } of calls) ledger.fail(`call ${number} outlived its signal`);
    for (const { id, body, init } of handedOver) {
      const isAborted = body?.isOpen !== true || init?.signal.aborted === true;
      ledger.expect(isAborted, `the body of task ${id} outlived the signal of its caller`);
    }
  }
  world.aborted = [];
  for (const job of ledger.running) {
    const { expected, call } = job;
    if (call.kind !== "fetch") job.hasFailedForSure = typeof expected === "object" && !expected.ok;
  }
  ledger.isPausedForSure = pool.paused;
  ledger.isClosedForSure = pool.closed;
}

function checkCounters(world: World, pool: DispatchCloser): void {
  const { ledger, setup, timeline } = world;
  const { waiting, senders, running, paused, closed } = pool;
  ledger.expect(waiting === toldOf(world), `waiting is ${waiting}, the tally of events ${ledger.waiting}`);
  // What slots were ready to take when the pool was paused waits beyond the places.
  // Or when their lane was held, or there were fewer slots suddenly.
  const most = mostWaiting(setup) + (setup.lanes === undefined && !setup.isLimited ? 0 : setup.workers);
  if (!paused) ledger.expect(ledger.waiting <= most, `${ledger.waiting} wait, in ${setup.queueSize} places`);
  const alone = ledger.undecided.size;
  ledger.expect(
    senders >= alone && senders <= alone + ledger.groups,
    `${senders} senders in line, with ${alone} calls undecided`,
  );
  ledger.expect(senders === 0 || mayWaitInLine(world, pool), `${senders} senders in line before a free place`);
  let least = 0;
  let doubtful = 0;
  for (const slot of ledger.slots) {
    if (slot?.job.isBusy === true) least++;
    else if (slot?.job.isDoubtful === true) doubtful++;
  }
  ledger.expect(running >= least && running <= least + doubtful, `running is ${running}, with ${least} slots taken`);
  if (closed) ledger.expect(!paused, "a closed pool is paused");
  if (closed) ledger.expect(senders === 0, `${senders} senders in line of a closed pool`);
  const isAborted = ledger.abortReasons.length > 0;
  if (isAborted) ledger.expect(ledger.unfinished === 0, `${ledger.unfinished} tasks of an aborted pool go on`);
  const isIdle = ledger.unfinished === 0 && running === 0;
  if (isIdle) ledger.expect(timeline.timers === 0, `an idle pool keeps ${timeline.timers} timers`);
  if (timeline.wrongDelay !== undefined) ledger.fail(`a timer of ${timeline.wrongDelay} ms`);
  ledger.checkIdleWaits();
}

/** No slot that may start is idle while a task waits. */
function checkProgress(world: World, pool: DispatchCloser): void {
  const { ledger, timeline } = world;
  if (pool.paused || timeline.isOverdue || !eligible(world)) return;
  const { least } = ledger.ready;
  ledger.expect(least === 0, `${least} slots idle while ${ledger.waiting} tasks wait`);
}

/** Nothing takes longer than it may. */
function checkDeadlines({ ledger, setup, timeline }: World): void {
  if (timeline.isOverdue) return;
  const now = timeline.now();
  for (const job of ledger.running) {
    const { id, startedAt, expected, expectedAt, body } = job;
    // What is to be tried again only has to be cleaned up.
    if (setup.timeout > 0 && job.again === undefined)
      ledger.expect(now < startedAt + setup.timeout, `task ${id} outlived the timeout`);
    if (expected === undefined || !isCalm(setup)) continue;
    const budget = body !== undefined ? setup.drain.ms + CANCEL_MS : 0;
    if (now > expectedAt + budget) ledger.fail(`task ${id} is done since ${expectedAt}, and has not finished`);
  }
}

/** What a call has come to is what was told of it, and nothing is left out. */
function reconcile({ ledger }: World, call: Call): void {
  call.isTouched = false;
  const { kind, number, decision, outcome, refusal, job } = call;
  if (call.isGroup) return;
  const name = `${kind} ${number}`;
  if (decision === "rejected") {
    if (outcome === undefined) return ledger.fail(`${name} was rejected, and has not settled`);
    const isRight = outcome.ok ? kind === "offer" && outcome.value === false : Object.is(outcome.error, refusal);
    return ledger.expect(isRight, `${name} was rejected, and settled otherwise`);
  }
  if (kind === "offer")
    return ledger.expect(outcome?.ok === true && outcome.value === true, `${name} was not accepted`);
  const isDue =
    kind === "send"
      ? decision === "queued"
      : job?.stage === "finished" || (kind === "fetch" && job?.isAnswered === true && job.again === undefined);
  ledger.expect(
    isDue === (outcome !== undefined),
    `${name} is ${isDue ? "over, and has not" : "not over, and has"} settled`,
  );
  if (outcome === undefined || kind === "send")
    return ledger.expect(outcome?.ok !== false, `${name} failed, though queued`);
  const finish = job?.finish;
  if (!outcome.ok) {
    const isSame = finish !== undefined && !finish.ok && Object.is(finish.error, outcome.error);
    const isRead = kind === "fetch" || job?.hasConsumer === true;
    const isNoResponse = isRead && finish?.ok === true && outcome.error instanceof TypeError;
    return ledger.expect(isSame || isNoResponse, `${name} failed with another error than its task`);
  }
  if (kind === "fetch") return ledger.expect(job?.isAnswered === true, `${name} has a response from nowhere`);
  const value = typeof job?.expected === "object" && job.expected.ok ? job.expected.value : undefined;
  ledger.expect(finish?.ok === true && outcome.value === value, `${name} came to something else than its task`);
}

/** What must hold when all is over. */
export function checkEnd(world: World, pool: DispatchCloser): void {
  const { ledger } = world;
  ledger.expect(pool.closed && !pool.paused, "the pool is not closed in the end");
  ledger.expect(pool.waiting === 0 && pool.senders === 0 && pool.running === 0, "somebody is left in the end");
  ledger.expect(ledger.accepted === ledger.finished && ledger.inFlight === 0, "something goes on in the end");
  ledger.expect(ledger.undecided.size === 0, `${ledger.undecided.size} calls are undecided in the end`);
  ledger.expect(ledger.groups === 0, `${ledger.groups} maps or streams go on in the end`);
  const listeners = world.allSignals.flatMap((signal) => getEventListeners(signal, "abort"));
  ledger.expect(listeners.length === 0, `${listeners.length} listeners are left on the signals of callers`);
  for (const { id, body, init, isAnswered } of ledger.withBody) {
    // One that came too late was aborted before: it must be cancelled or read, unless that can't be done.
    const isExcused = init?.signal.aborted === true && (isAnswered || body?.kind === "held");
    ledger.expect(body?.isOpen !== true || isExcused, `the body of task ${id} is open in the end`);
  }
}
