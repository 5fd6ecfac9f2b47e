import type { DispatchCloser } from "../../src/lean.ts";
import { Call, type CallerSignal, type CallKind } from "./call.ts";
import { odds } from "./random.ts";
import { readSome } from "./scripted-consumer.ts";
import { scriptedTask } from "./scripted-task.ts";
import { FAR } from "./timeline.ts";
import type { World } from "./world.ts";

const CALLS = odds<Exclude<CallKind, "map" | "writable">>({ offer: 30, send: 30, run: 25, fetch: 15 });

const USES = odds({ text: 40, part: 20, cancel: 15, keep: 10, clone: 10, abort: 5 });

/** Somebody calls the pool with one task, and must be decided on as the invariants say. */
export function callPool(world: World, pool: DispatchCloser, isAtRest: boolean): void {
  const { ledger, random, setup } = world;
  const kind = random.choose(CALLS);
  const caller = world.signal();
  const hold = kind === "fetch" ? random.pick(["headers", "body"] as const) : setup.hold;
  const origin = world.origin();
  const byDefault = kind === "fetch" && setup.lanes !== undefined ? origin : "";
  const call = new Call(world.nextCall(), kind, caller, hold, world.wish(), byDefault);
  const { waiting, closed, paused, senders: inLine } = pool;
  const { senders = 0 } = setup.lanes === undefined ? pool : (pool.lanes().get(call.lane) ?? {});
  ledger.note(kind, call.number, caller?.signal.aborted === true ? 1 : 0);
  const isRefused = closed || caller?.signal.aborted === true;
  if (!isRefused) caller?.calls.add(call);
  if (!isRefused && isAtRest) call.predicted = predict(world, call, senders, paused);
  ledger.undecided.add(call);
  const { deeds } = world;
  world.context.run(call, () => perform(world, pool, call, origin));
  // What `limits` has done may have changed what it found.
  if (world.deeds !== deeds && setup.lanes !== undefined) call.predicted = undefined;
  if (isRefused) ledger.expect(call.decision !== "queued", `call ${call.number} was accepted, closed or aborted`);
  if (isAtRest && isRefused) ledger.expect(call.decision === "rejected", `call ${call.number} was not refused at once`);
  if (call.predicted !== undefined) checkPrediction(world, call, call.predicted);
  if (call.decision === "queued" && !setup.isReentrant) checkNobodyPassed(world, call);
  const isMade = world.deeds === deeds;
  if (isMade && call.decision === "rejected" && !isRefused && kind === "offer") {
    // A place that has just come free is for who is in line, of whatever lane.
    ledger.expect(
      waiting >= setup.queueSize || inLine > 0 || pool.closed || isLaneFull(world, call),
      `call ${call.number} was refused with ${waiting} waiting and ${senders} senders`,
    );
  }
}

/** Whether a call is accepted at once: undefined where that depends on a clean-up that can't be seen. */
function predict(world: World, call: Call, senders: number, paused: boolean): boolean | undefined {
  const { ledger, setup } = world;
  if (senders > 0) return false;
  if (setup.lanes !== undefined) return predictInLane(world, call, paused);
  const { least, most } = paused ? { least: 0, most: 0 } : ledger.ready;
  const room = setup.queueSize - ledger.waiting;
  if (room + least > 0) return true;
  return room + most > 0 ? undefined : false;
}

/** What slots take at once depends on too much: on other lanes, on gates. */
function predictInLane(world: World, call: Call, paused: boolean): boolean | undefined {
  const { ledger, setup } = world;
  const isFull = ledger.waiting >= setup.queueSize || isLaneFull(world, call);
  if (!isFull) return true;
  return paused || setup.lanes?.isGated === true || ledger.ready.most === 0 ? false : undefined;
}

/** Who is let in has barged in before nobody: a higher priority goes first. */
function checkNobodyPassed({ ledger }: World, { lane, number, priority }: Call): void {
  for (const other of ledger.undecided) {
    const isPassed = other.lane === lane && other.priority >= priority && other.number < number;
    ledger.expect(!isPassed, `call ${number} barged in before call ${other.number}`);
  }
}

/** Whether the lane of a call has no places left. */
function isLaneFull({ ledger, lanes }: World, { lane }: Call): boolean {
  if (lanes === undefined) return false;
  const { fresh, back } = ledger.lanes.of(lane);
  return fresh + back.size >= lanes.limitsOf(lane).queueSize;
}

function checkPrediction({ ledger }: World, { kind, decision, number }: Call, isAccepted: boolean): void {
  if (isAccepted)
    ledger.expect(decision === "queued", `call ${number} had room, and was ${decision ?? "not accepted"}`);
  else if (kind === "offer") ledger.expect(decision === "rejected", `call ${number} had no room, and was accepted`);
}

function perform(world: World, pool: DispatchCloser, call: Call, origin: string): void {
  const { caller, wish } = call;
  const isPlain = caller === undefined && wish.lane === undefined && wish.priority === undefined;
  const options = isPlain ? undefined : { ...(caller !== undefined && { signal: caller.signal }), ...wish };
  switch (call.kind) {
    case "offer":
      try {
        settle(world, call, { ok: true, value: pool.offer(scriptedTask(world, call), options) });
      } catch (error) {
        settle(world, call, { ok: false, error });
      }
      return;
    case "send":
      return watch(world, call, pool.send(scriptedTask(world, call), options));
    case "run":
      return watch(world, call, pool.run(scriptedTask(world, call), options));
    default: {
      const init = world.random.chance(0.2) ? { method: "PUT", body: "again" } : {};
      const responding = pool.fetch(`${origin}/call/${call.number}`, { ...options, ...init, hold: call.hold });
      watch(world, call, responding);
      responding.then(
        (response) => use(world, response, call.caller),
        () => undefined,
      );
    }
  }
}

function watch(world: World, call: Call, promise: Promise<unknown>): void {
  promise.then(
    (value) => settle(world, call, { ok: true, value }),
    (error: unknown) => settle(world, call, { ok: false, error }),
  );
}

function settle({ ledger }: World, call: Call, outcome: NonNullable<Call["outcome"]>): void {
  ledger.note("outcome", call.number, outcome.ok ? 1 : 0);
  ledger.expect(call.outcome === undefined, `call ${call.number} settled twice`);
  call.outcome = outcome;
  ledger.touch(call);
}

/** What a caller does with the response of `fetch`. In the end, they let it go. */
function use(world: World, response: Response, caller: CallerSignal | undefined): void {
  const { kept, ledger, random, timeline } = world;
  kept.push(response);
  const call = world.context.getStore();
  const job = call?.job;
  const body = job?.body;
  ledger.expect(job?.response?.status === response.status, `call ${call?.number} got another's response`);
  if (job === undefined || body === undefined || response.body === null) return;
  const { body: stream } = response;
  const cancel = (): Promise<void> => {
    job.isLetGo = true;
    return stream.cancel();
  };
  // Whatever becomes of it, it is let go some day.
  timeline.after(2 * FAR, () => {
    if (stream.locked) body.lose(new TypeError("terminated"));
    else cancel().catch(() => undefined);
  });
  let work: Promise<unknown> | undefined;
  const kind = random.choose(USES);
  if (kind === "part" || body.isEndless) {
    work = readSome(world, stream, 1).then(cancel);
  } else if (kind === "text") work = response.text();
  else if (kind === "cancel") work = cancel();
  else if (kind === "clone") {
    const clone = response.clone();
    kept.push(clone);
    work = Promise.all([clone.text(), response.arrayBuffer()]);
  } else if (kind === "abort" && caller !== undefined) timeline.after(world.delay(), () => world.abort(caller));
  work?.catch(() => undefined);
}
