import type { Handler } from "../../src/lean.ts";
import type { Job } from "./call.ts";
import { odds } from "./random.ts";
import { BODIES, type BodyKind, ScriptedBody } from "./scripted-body.ts";
import { quietHeaders } from "./scripted-limits.ts";
import { thenable } from "./scripted-task.ts";
import type { World } from "./world.ts";

const HANDLERS = odds({
  "at once": 30,
  "no promise": 3,
  thenable: 5,
  slow: 35,
  "slow and deaf": 8,
  throws: 3,
  rejects: 3,
  "rejects later": 3,
  "rejects later, deaf": 2,
  nothing: 3,
  nonsense: 2,
});

/** The server, and the client that a pool is given to reach it. */
export function scriptedHandler(world: World): Handler {
  const { ledger, setup, random } = world;
  return (request, init) => {
    const call = world.context.getStore();
    const job = world.jobs.get(request) ?? (call === undefined ? undefined : ledger.handledJobOf(call));
    if (job === undefined || job.call !== call) {
      ledger.fail("the handler was called outside the async context of its call");
      return Promise.resolve(undefined);
    }
    ledger.note("handle", job.id);
    ledger.expect(!job.wasHandled, `task ${job.id} was sent twice`);
    ledger.expectUnderWay(job, "sent");
    ledger.begin(job);
    job.request = request;
    job.init = init;
    job.wasHandled = true;
    job.isHandling = true;
    ledger.inFlight++;
    ledger.expect(
      ledger.inFlight <= setup.workers,
      `${ledger.inFlight} requests in flight for ${setup.workers} workers`,
    );
    world.mischief();
    const kind = random.choose(HANDLERS);
    // What a breaker no longer waits for is the pool's no more: who goes on all the same is in nobody's count.
    return answer(world, job, setup.breaker?.timeout ? kind.replace(/ and deaf|, deaf/, "") : kind);
  };
}

function answer(world: World, job: Job, kind: string): PromiseLike<Response | null | undefined> {
  switch (kind) {
    case "no promise":
      return respond(world, job) as unknown as PromiseLike<Response>;
    case "thenable":
      return thenable(() => respond(world, job));
    case "slow":
      return obedient(world, job, () => respond(world, job));
    case "slow and deaf":
      return world.while().then(() => respond(world, job));
    case "throws":
      throw refuse(world, job);
    case "rejects":
      return Promise.reject(refuse(world, job));
    case "rejects later":
      return obedient(world, job, () => Promise.reject(refuse(world, job)));
    case "rejects later, deaf":
      return world.while().then(() => Promise.reject(refuse(world, job)));
    case "nothing":
      return settled(world, job, world.random.pick([undefined, null]));
    case "nonsense":
      return nonsense(world, job);
    default: {
      const response = respond(world, job);
      obey(job);
      return Promise.resolve(response);
    }
  }
}

const UNREACHABLE = new TypeError("fetch failed");

/** The real handler has settled. */
function end(world: World, job: Job, how: string): void {
  world.ledger.note("answer", job.id, 0, how);
  job.isHandling = false;
  world.ledger.inFlight--;
}

/** Like plain fetch: rejects when its signal aborts, loses the body then. */
function obedient(world: World, job: Job, then: () => Response | Promise<Response>): Promise<Response> {
  return new Promise((resolve, reject) => {
    const signal = obey(job);
    const onAbort = (): void => {
      if (!job.isHandling) return;
      end(world, job, "aborted");
      reject(signal.reason as Error);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort);
    world.timeline.after(world.delay(), () => {
      if (job.isHandling) resolve(then());
    });
  });
}

/** Loses the body of a job when it is aborted. */
function obey(job: Job): AbortSignal {
  const signal = (job.init as { signal: AbortSignal }).signal; // a job that is handled has one
  signal.addEventListener("abort", () => job.body?.lose(signal.reason));
  return signal;
}

function respond(world: World, job: Job): Response {
  const { ledger, random, kept } = world;
  const kind = random.chance(0.4) ? undefined : random.choose(BODIES);
  end(world, job, kind ?? "null");
  const status =
    kind === undefined ? random.pick([200, 204, 304, 500, 503]) : random.pick([200, 200, 200, 404, 429, 500, 503]);
  const body = kind === undefined ? undefined : bodyOf(world, job, kind);
  const response = new Response(body?.stream ?? null, {
    status,
    headers: { ...body?.headers, ...quietHeaders(world) },
  });
  job.response = response;
  if (body !== undefined) {
    kept.push(response);
    job.body = body;
    ledger.withBody.push(job);
    if (kind === "held" && job.call.kind !== "fetch") kept.push(response.body?.getReader());
  }
  return response;
}

function bodyOf(world: World, job: Job, kind: BodyKind): ScriptedBody {
  const body = new ScriptedBody(world, kind);
  body.onEnd = () => {
    if (world.ledger.isOver) return;
    world.ledger.note("body", job.id, 0, body.state);
    if (job.call.kind !== "fetch" || !job.isAnswered || job.isHandedOver) return;
    const { state, error } = body;
    world.ledger.settle(job, state === "errored" ? { ok: false, error } : { ok: true, value: undefined });
  };
  return body;
}

function settled<Value>(world: World, job: Job, value: Value): Promise<Value> {
  end(world, job, "nothing");
  if (value === null || value === undefined) job.call.isUnanswered ||= job.hasConsumer;
  world.ledger.settle(job, { ok: true, value: undefined });
  return Promise.resolve(value);
}

function refuse(world: World, job: Job): Error {
  end(world, job, "error");
  const error = world.random.pick([undefined, "no", UNREACHABLE]) as Error;
  world.ledger.settle(job, { ok: false, error });
  return error;
}

function nonsense(world: World, job: Job): Promise<Response> {
  end(world, job, "nonsense");
  world.ledger.settle(job, "a TypeError");
  return Promise.resolve(world.random.pick([42, "ok", {}]) as unknown as Response);
}
