import { expect, test } from "vitest";
import type { Wish } from "../../../../src/api/policies.ts";
import type { Task, TaskContext, Transaction } from "../../../../src/api/task.ts";
import { pooledFetch } from "../../../../src/core/calls/fetch.ts";
import type { QueuedTask } from "../../../../src/core/queued-task.ts";
import { originOfTask, uploadOf } from "../../../../src/lib/task-mark.ts";
import { ScriptedRetry } from "../../../support/scripted-retry.ts";

interface Submitted {
  readonly task: Task;
  readonly wish: Wish | undefined;
}

/** What a call submits. */
function submitted(retry: ScriptedRetry | undefined, ...args: Parameters<ReturnType<typeof pooledFetch>>): Submitted {
  const all: Submitted[] = [];
  const submit = (task: Task, _: unknown, wish?: Wish): void => void all.push({ task, wish });
  void pooledFetch({}, submit, "headers", retry?.policy<QueuedTask>())(...args);
  const [only] = all;
  if (only === undefined) throw new Error("Nothing was submitted");
  return only;
}

/** The request that the task makes at this attempt. */
function made({ task }: Submitted, attempt: number): Request {
  return (task({ attempt } as TaskContext) as Transaction).request;
}

const URL_TEXT = "https://example.com/secret";
const POST = { method: "POST", body: "hello" };

test("a call marks its task with where it goes, and with the body that it was given", () => {
  const plain = submitted(undefined, URL_TEXT);
  expect([uploadOf(plain.task), originOfTask(plain.task)]).toEqual([made(plain, 1), "https://example.com"]);
  expect(uploadOf(submitted(undefined, URL_TEXT, POST).task)).toBe("hello");
  const own = submitted(undefined, new Request(URL_TEXT, POST));
  expect(uploadOf(own.task)).toBe(made(own, 1));
});

test("a stream is the request's own then, which can be sent once only", () => {
  const init = { method: "POST", body: new ReadableStream(), ...({ duplex: "half" } as object) };
  const call = submitted(undefined, URL_TEXT, init);
  expect(uploadOf(call.task)).toBe(made(call, 1));
});

const wishOf = (init?: object): object | undefined => submitted(undefined, URL_TEXT, init).wish;

test("a call hands its lane on, and a priority that is a number; the others are fetch's own", () => {
  expect(wishOf()).toEqual({ lane: undefined, priority: undefined });
  expect(wishOf({ lane: "a", priority: 5 })).toEqual({ lane: "a", priority: 5 });
  expect(wishOf({ lane: 5, priority: Number.NaN })).toEqual({ lane: 5, priority: Number.NaN });
  expect(wishOf({ priority: "high" })).toEqual({ lane: undefined, priority: undefined });
});

test("a later attempt sends the request again, by the retry's own way, with the body that it was given", () => {
  const retry = new ScriptedRetry();
  const call = submitted(retry, URL_TEXT, POST);
  const first = made(call, 1);
  expect([made(call, 1) === first, retry.resends]).toEqual([true, []]);
  expect(made(call, 2)).not.toBe(first);
  expect(retry.resends).toEqual([[first, "hello"]]);
});

test("a pool without retries has no way to send again, and needs none", () => {
  const call = submitted(undefined, URL_TEXT);
  expect(made(call, 2)).toBe(made(call, 1));
});
