import { expectTypeOf, test } from "vitest";
import {
  type Awaitable,
  type Consumer,
  type DispatchCloser,
  filteredTask,
  perishableTask,
  requestTask,
  type RequestTask,
  type Task,
  type TaskContext,
  type Transaction,
} from "../../src/index.ts";

declare const pool: DispatchCloser;
declare const request: Request;
const URL_TEXT = "https://example.com/";
const handWritten = (): Transaction<string> => ({ request, consumer: (response) => response.text() });
declare const maybeConsumer: Consumer<number> | undefined;
const readNumber = async (response: Response): Promise<number> => (await response.text()).length;

test("run gives what the task's consumer returns", () => {
  expectTypeOf(pool.run(requestTask(URL_TEXT, readNumber))).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.run(requestTask(URL_TEXT, { method: "PUT" }, readNumber))).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.run(requestTask(URL_TEXT, undefined, readNumber))).toEqualTypeOf<Promise<number>>();
  expectTypeOf(pool.run(requestTask(request, ({ ok }) => ok))).toEqualTypeOf<Promise<boolean>>();
  expectTypeOf(requestTask(URL_TEXT, readNumber)).toEqualTypeOf<RequestTask<number>>();
});

test("run gives undefined where there is nothing to consume", () => {
  expectTypeOf(requestTask(URL_TEXT)).toEqualTypeOf<Task<never>>();
  expectTypeOf(requestTask(URL_TEXT, { method: "PUT" })).toEqualTypeOf<Task<never>>();
  const task = requestTask(URL_TEXT);
  expectTypeOf(pool.run(task)).toEqualTypeOf<Promise<undefined>>();
  expectTypeOf(pool.run(requestTask(URL_TEXT))).toEqualTypeOf<Promise<undefined>>();
  expectTypeOf(pool.run(perishableTask(0, task))).toEqualTypeOf<Promise<undefined>>();
  expectTypeOf<Task<never>>().toExtend<Task<string>>();
});

test("run may give undefined where there may be nothing to consume", () => {
  const task = requestTask(URL_TEXT, maybeConsumer);
  expectTypeOf(task).toEqualTypeOf<Task<number>>();
  expectTypeOf(requestTask(URL_TEXT, {}, maybeConsumer)).toEqualTypeOf<Task<number>>();
  expectTypeOf(pool.run(task)).toEqualTypeOf<Promise<number | undefined>>();
  expectTypeOf(pool.run(filteredTask(() => true, task))).toEqualTypeOf<Promise<number | undefined>>();
});

test("run gives it through every wrapper", () => {
  const task = perishableTask(
    new Date(),
    filteredTask(
      async (asked) => asked.method === "GET",
      requestTask(new URL(URL_TEXT), { method: "GET" }, readNumber),
    ),
  );
  expectTypeOf(task).toEqualTypeOf<RequestTask<number>>();
  expectTypeOf(pool.run(task)).toEqualTypeOf<Promise<number>>();
  expectTypeOf<RequestTask<number>>().toExtend<Task<number>>();
});

test("run gives what a hand-written task's consumer returns", () => {
  expectTypeOf(pool.run(handWritten)).toEqualTypeOf<Promise<string | undefined>>();
  const sure = pool.run(async () => ({ request, consumer: (response) => response.text() }));
  expectTypeOf(sure).toEqualTypeOf<Promise<string>>();
});

test("a task may be lazy in every way", () => {
  expectTypeOf<() => Request>().toExtend<Task>();
  expectTypeOf<() => Promise<Request | null>>().toExtend<Task>();
  expectTypeOf<() => PromiseLike<Transaction>>().toExtend<Task>();
  expectTypeOf<() => undefined>().toExtend<Task>();
  expectTypeOf<(context: TaskContext) => Request>().toExtend<Task>();
  expectTypeOf<() => Response>().not.toExtend<Task>();
  expectTypeOf<() => string>().not.toExtend<Task>();
  expectTypeOf<Request>().not.toExtend<Task>();
});

test("a task for one type of result is a task for any", () => {
  expectTypeOf<Task<number>>().toExtend<Task>();
  expectTypeOf(pool.send).parameter(0).toEqualTypeOf<Task>();
  expectTypeOf(pool.offer).parameter(0).toEqualTypeOf<Task>();
  expectTypeOf(pool.writable()).toEqualTypeOf<WritableStream<Task>>();
});

test("a task is told its number, its attempt, its signal and the time", () => {
  expectTypeOf<Parameters<Task>>().toEqualTypeOf<[context: TaskContext]>();
  expectTypeOf<TaskContext>().toEqualTypeOf<{
    readonly id: number;
    readonly attempt: number;
    readonly signal: AbortSignal;
    date(): number;
  }>();
});

test("a consumer reads the response to its request, now or later", () => {
  expectTypeOf<Consumer<number>>().toEqualTypeOf<(response: Response, request: Request) => Awaitable<number>>();
  expectTypeOf<Awaitable<number>>().toEqualTypeOf<number | PromiseLike<number>>();
});

test("a filter comes before its task, an expiry too", () => {
  // @ts-expect-error The filter comes first.
  filteredTask(requestTask(URL_TEXT), () => true);
  // @ts-expect-error The expiry comes first.
  perishableTask(requestTask(URL_TEXT), Date.now());
  // @ts-expect-error A date, or ms.
  perishableTask("tomorrow", requestTask(URL_TEXT));
});

test("send says when it is queued, offer whether", () => {
  expectTypeOf(pool.send(requestTask(URL_TEXT))).toEqualTypeOf<Promise<void>>();
  expectTypeOf(pool.offer(requestTask(URL_TEXT))).toEqualTypeOf<boolean>();
  pool.offer(requestTask(URL_TEXT), { signal: new AbortController().signal });
  // @ts-expect-error There is no such wish.
  pool.offer(requestTask(URL_TEXT), { timeout: 1 });
});
