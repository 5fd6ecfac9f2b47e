import { expect, test } from "vitest";
import type { Task } from "../../../../src/api/task.ts";
import { pooledFetch } from "../../../../src/core/calls/fetch.ts";
import { uploadOf } from "../../../../src/lib/task-mark.ts";

/** Whether the task of a call is marked with what it will send. */
function isMarked(...args: Parameters<typeof fetch>): boolean {
  const tasks: Task[] = [];
  void pooledFetch({}, (task) => void tasks.push(task), "headers")(...args);
  const [task] = tasks as [Task];
  return uploadOf(task) !== undefined;
}

const URL_TEXT = "https://example.com/";

test("a call that may send a body marks its task with it, and no other call pays for a mark", () => {
  expect(isMarked(URL_TEXT, { method: "POST", body: "hello" })).toBe(true);
  expect(isMarked(new Request(URL_TEXT, { method: "POST", body: "hello" }))).toBe(true);
  expect(isMarked(URL_TEXT)).toBe(false);
  expect(isMarked(URL_TEXT, { method: "POST" })).toBe(false);
});
