import { describe, expect, test, vi } from "vitest";
import { isTaskExpiredError, isTaskFilteredError } from "../../src/api/errors.ts";
import type { RequestFilter, Task, TaskContext, Transaction } from "../../src/api/task.ts";
import { filteredTask, perishableTask, requestTask } from "../../src/tasks.ts";
import { originOfTask } from "../../src/lib/task-mark.ts";
import { request } from "../support/lab.ts";

const context: TaskContext = { id: 7, attempt: 1, signal: new AbortController().signal, date: () => 1000 };

const consumer = (): number => 1;
const madeBy = async (task: Task): Promise<Transaction> => (await task(context)) as Transaction;

/** What the promise, or the call, fails with. */
async function failure(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("requestTask", () => {
  test("makes another Request of a URL or text each time, none before it is called", async () => {
    const spy = vi.spyOn(globalThis, "Request");
    const task = requestTask("https://example.com/a", { method: "PUT" });
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
    const [one, two] = [await madeBy(task), await madeBy(task)];
    expect(one.request).not.toBe(two.request);
    expect([one.request.url, one.request.method]).toEqual(["https://example.com/a", "PUT"]);
  });

  test("a Request without an init is handed on; with one, another is made", async () => {
    const input = request("/a");
    expect((await madeBy(requestTask(input))).request).toBe(input);
    expect((await madeBy(requestTask(input, () => 1))).request).toBe(input);
    expect((await madeBy(requestTask(input, {}))).request).not.toBe(input);
  });

  test("a URL is taken as it is at the call", async () => {
    const url = new URL("https://example.com/a");
    const task = requestTask(url, { method: "PUT" });
    url.pathname = "/b";
    expect((await madeBy(task)).request.url).toBe("https://example.com/a");
  });

  test("the consumer may come second or third", async () => {
    expect((await madeBy(requestTask("https://example.com/", consumer))).consumer).toBe(consumer);
    expect((await madeBy(requestTask("https://example.com/", undefined, consumer))).consumer).toBe(consumer);
    expect((await madeBy(requestTask("https://example.com/", {}, consumer))).consumer).toBe(consumer);
    expect((await madeBy(requestTask("https://example.com/"))).consumer).toBeUndefined();
  });
});

describe("perishableTask", () => {
  test.each([
    [999, false],
    [1000, true],
    [1001, true],
    [new Date(999), false],
    [new Date(1000), true],
    [Number.POSITIVE_INFINITY, true],
    [Number.NEGATIVE_INFINITY, false],
  ])("with an expiry of %o at 1000: called %s", async (expiry, isCalled) => {
    const task = vi.fn<Task>(() => null);
    const error = await failure(() => perishableTask(expiry, task)(context));
    expect(task.mock.calls).toEqual(isCalled ? [[context]] : []);
    expect(isTaskExpiredError(error)).toBe(!isCalled);
  });

  test("takes a Date as it is at the call", async () => {
    const expiry = new Date(2000);
    const task = perishableTask(expiry, () => null);
    expiry.setTime(0);
    expect(await failure(() => task(context))).toBeUndefined();
  });

  test("hands on what the task makes, or fails with", async () => {
    const made = request();
    expect(perishableTask(1000, () => made)(context)).toBe(made);
    const error = new Error("own");
    expect(await failure(() => perishableTask(1000, () => Promise.reject(error))(context))).toBe(error);
  });
});

describe("filteredTask", () => {
  test.each([
    ["a Request", request("/a")],
    ["a Transaction", { request: request("/a"), consumer: () => 1 }],
  ])("hands %s on, the same object, when the filter lets its request pass", async (_, made) => {
    const filter = vi.fn<RequestFilter>(() => true);
    const task = vi.fn<Task>(() => made);
    expect(await filteredTask(filter, task)(context)).toBe(made);
    expect(task.mock.calls).toEqual([[context]]);
    expect(filter.mock.calls).toEqual([["request" in made ? made.request : made]]);
  });

  test.each([false, Promise.resolve(false), 0, null, undefined, ""])(
    "fails when the filter says %o",
    async (verdict) => {
      const filter = (): boolean => verdict as boolean;
      expect(isTaskFilteredError(await failure(() => filteredTask(filter, () => request())(context)))).toBe(true);
    },
  );

  test.each([null, undefined])("asks no filter when the task makes %o", async (nothing) => {
    const filter = vi.fn<RequestFilter>(() => false);
    expect(await filteredTask(filter, () => nothing)(context)).toBe(nothing);
    expect(filter).not.toHaveBeenCalled();
  });

  test("fails with the task's own error, or the filter's", async () => {
    const error = new Error("own");
    const fail = (): never => {
      throw error;
    };
    const filter = vi.fn<RequestFilter>(() => true);
    expect(await failure(() => filteredTask(filter, fail)(context))).toBe(error);
    expect(filter).not.toHaveBeenCalled();
    expect(await failure(() => filteredTask(fail, () => request())(context))).toBe(error);
  });

  test("can be nested, with the outer filter asked last", async () => {
    const order: string[] = [];
    const filter = (name: string) => (): boolean => order.push(name) > 0;
    await filteredTask(
      filter("outer"),
      perishableTask(
        1000,
        filteredTask(filter("inner"), () => request()),
      ),
    )(context);
    expect(order).toEqual(["inner", "outer"]);
  });
});

test("where a task goes is known without calling it, also through those that wrap it", () => {
  const plain = requestTask("https://user:secret@example.com/secret?token=1");
  const own = requestTask(new Request("https://example.com/secret"), { method: "PUT" });
  const url = requestTask(new URL("https://example.com/secret"));
  const wrapped = perishableTask(
    0,
    filteredTask(() => true, plain),
  );
  expect([plain, own, url, wrapped].map(originOfTask)).toEqual(Array(4).fill("https://example.com"));
  expect(originOfTask(perishableTask(0, () => null))).toBeUndefined();
});
