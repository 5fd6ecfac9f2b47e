import { filteredTask, perishableTask, type Task, type TaskContext } from "../../src/lean.ts";
import type { Call, Job } from "./call.ts";
import { odds } from "./random.ts";
import { scriptedConsumer } from "./scripted-consumer.ts";
import type { World } from "./world.ts";

type Made = Awaited<ReturnType<Task>>;

const TASKS = odds({
  "at once": 55,
  promise: 10,
  thenable: 4,
  later: 8,
  nothing: 4,
  "nothing later": 2,
  throws: 3,
  rejects: 3,
  nonsense: 2,
  "used request": 1,
  perishable: 5,
  filtered: 5,
});

/** The task of a call that has one. */
export function scriptedTask(world: World, call: Call): Task {
  const { ledger, random, setup, timeline } = world;
  const kind = random.choose(TASKS);
  if (kind === "perishable") {
    const expiry = timeline.date() + random.between(-20, 400);
    call.expiry = Math.min(call.expiry, expiry);
    return perishableTask(expiry, (context) => {
      if (!setup.isJumpy) ledger.expect(expiry >= timeline.date(), `task ${context.id} called though it had expired`);
      return request(world, begin(world, call, context));
    });
  }
  if (kind !== "filtered") return (context) => build(world, begin(world, call, context), kind);
  const passes = random.chance(0.7);
  return filteredTask(
    (asked) =>
      random.chance(0.3) ? world.while().then(() => filter(world, asked, passes)) : filter(world, asked, passes),
    (context) => request(world, begin(world, call, context)),
  );
}

function filter(world: World, asked: Request, passes: boolean): boolean {
  const job = world.jobs.get(asked);
  if (!passes && job !== undefined) world.ledger.settle(job, "a TaskFilteredError");
  return passes;
}

/** A task is called. */
export function begin(world: World, call: Call, context: TaskContext): Job {
  const { ledger, timeline } = world;
  const job = ledger.jobOf(call, context.id, context.attempt);
  ledger.note("build", job.id);
  ledger.expect(world.context.getStore() === call, `task ${job.id} called outside the async context of its call`);
  ledger.expect(!job.isBuilt, `task ${job.id} called twice`);
  ledger.expectUnderWay(job, "called");
  ledger.expect(context.date() === timeline.date(), `the context of task ${job.id}`);
  job.isBuilt = true;
  ledger.begin(job);
  world.mischief();
  return job;
}

/** The request of a job, and what may read its response. */
export function request(world: World, job: Job): NonNullable<Made> {
  const { random, jobs } = world;
  const method = random.pick(["GET", "GET", "POST", "DELETE"]);
  const url = `${world.origin()}/${job.id}`;
  const made = random.chance(0.5) ? new Request(url, { method }) : foreignRequest(url, method);
  jobs.set(made, job);
  job.request = made;
  if (random.chance(0.1)) return made;
  if (random.chance(0.1)) return { request: made };
  job.hasConsumer = true;
  return { request: made, consumer: scriptedConsumer(world, job) };
}

const NO_HEADERS = new Headers();

/** A request of another package: known by its shape. */
function foreignRequest(url: string, method: string): Request {
  return { url, method, headers: NO_HEADERS, bodyUsed: false } as Request;
}

function build(world: World, job: Job, kind: string): ReturnType<Task> {
  switch (kind) {
    case "promise":
      return Promise.resolve(request(world, job));
    case "thenable":
      return thenable(() => request(world, job));
    case "later":
      return world.while().then(() => request(world, job));
    case "nothing":
      return settled(world, job, undefined);
    case "nothing later":
      return world.while().then(() => settled(world, job, null));
    case "throws":
      throw failure(world, job);
    case "rejects":
      return world.while().then(() => {
        throw failure(world, job);
      });
    case "nonsense":
      world.ledger.settle(job, "a TypeError");
      return world.random.pick([42, "https://pool.test", {}, Promise.resolve(true)]) as unknown as Made;
    case "used request":
      return used(world, job);
    default:
      return request(world, job);
  }
}

function settled<Value>(world: World, job: Job, value: Value): Value {
  world.ledger.settle(job, { ok: true, value: undefined });
  return value;
}

const TASK_FAILED = new Error("The task failed");

function failure(world: World, job: Job): unknown {
  const error = world.random.pick([undefined, "no", TASK_FAILED]);
  world.ledger.settle(job, { ok: false, error });
  return error;
}

function used(world: World, job: Job): Request {
  const made = new Request(world.origin(), { method: "POST", body: "used" });
  void made.text();
  world.ledger.settle(job, "a TypeError");
  return made;
}

/** No promise, but `await` takes it. */
export function thenable<Value>(make: () => Value): PromiseLike<Value> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
    then: (resolve, reject) => Promise.resolve().then(make).then(resolve, reject),
  };
}
