import type { Consumer } from "../../src/lean.ts";
import type { Job } from "./call.ts";
import { odds } from "./random.ts";
import type { World } from "./world.ts";

const CONSUMERS = odds({
  text: 30,
  read: 15,
  part: 8,
  leave: 15,
  later: 8,
  lock: 4,
  "lock and read": 4,
  "clone and leave": 4,
  "clone and read": 4,
  cancel: 3,
  "text unawaited": 3,
  throws: 4,
  rejects: 4,
});

/** What a consumer does with the response, and what it gives. */
export function scriptedConsumer(world: World, job: Job): Consumer {
  const { ledger, random } = world;
  const kind = random.choose(CONSUMERS);
  return (response, request) => {
    ledger.note("consume", job.id, 0, kind);
    ledger.expectUnderWay(job, "consumed");
    ledger.expect(response === job.response && request === job.request, `the consumer of task ${job.id} got another's`);
    ledger.expect(world.context.getStore() === job.call, `consumer of task ${job.id} outside its async context`);
    world.mischief();
    const value = { of: job.id };
    if (kind === "throws") throw failure(world, job);
    const work = consume(world, job, response, kind);
    if (work === undefined) return succeeded(world, job, value);
    const done = work.then(
      () => (kind === "rejects" ? Promise.reject(failure(world, job) as Error) : succeeded(world, job, value)),
      (error: unknown) => {
        ledger.settle(job, { ok: false, error });
        throw error;
      },
    );
    // oxlint-disable-next-line unicorn/no-thenable -- a consumer may give one
    return random.chance(0.1) ? { then: done.then.bind(done) } : done;
  };
}

function succeeded<Value>(world: World, job: Job, value: Value): Value {
  world.ledger.settle(job, { ok: true, value });
  return value;
}

const CONSUMER_FAILED = new Error("The consumer failed");

function failure(world: World, job: Job): unknown {
  const error = world.random.pick([null, "no", CONSUMER_FAILED]);
  world.ledger.settle(job, { ok: false, error });
  return error;
}

/** @returns undefined when it is done at once. */
function consume(world: World, job: Job, response: Response, kind: string): Promise<unknown> | undefined {
  const { body } = response;
  const isEndless = job.body?.isEndless === true;
  if (kind === "later" || kind === "rejects") return world.while();
  if (body === null || body.locked || kind === "leave") return undefined;
  switch (kind) {
    case "text":
      return isEndless ? readSome(world, body, 3) : response.text();
    case "read":
      return readSome(world, body, isEndless ? 3 : Number.POSITIVE_INFINITY);
    case "part":
      return readSome(world, body, 1);
    case "lock":
      world.kept.push(body.getReader());
      return undefined;
    case "lock and read":
      body
        .getReader()
        .read()
        .catch(() => undefined);
      return undefined;
    case "clone and leave":
      world.kept.push(response.clone());
      return undefined;
    case "clone and read": {
      const clone = response.clone();
      world.kept.push(clone);
      return isEndless || clone.body === null ? undefined : readSome(world, clone.body, Number.POSITIVE_INFINITY);
    }
    case "cancel":
      body.cancel().catch(() => undefined);
      return undefined;
    default:
      if (!isEndless) response.text().catch(() => undefined);
      return undefined;
  }
}

/** Reads up to so many chunks, with breaks, and lets go. */
export async function readSome(world: World, body: ReadableStream<Uint8Array>, chunks: number): Promise<void> {
  const reader = body.getReader();
  for (let count = 0; count < chunks && !(await reader.read()).done; count++) {
    if (world.random.chance(0.2)) await world.while();
  }
  reader.releaseLock();
}
