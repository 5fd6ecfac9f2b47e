import { expect, test } from "vitest";
import {
  DispatcherClosedError,
  HttpPoolError,
  isDispatcherClosedError,
  isTaskExpiredError,
  TaskExpiredError,
  TaskFilteredError,
  TransactionTimeoutError,
} from "../../../src/api/errors.ts";

test.each([
  [new DispatcherClosedError(), "DispatcherClosedError", "ERR_DISPATCHER_CLOSED", "The dispatcher is closed"],
  [new TaskExpiredError(), "TaskExpiredError", "ERR_TASK_EXPIRED", "The task expired before its turn came"],
  [new TaskFilteredError(), "TaskFilteredError", "ERR_TASK_FILTERED", "The task's request was filtered out"],
  [
    new TransactionTimeoutError(250),
    "TransactionTimeoutError",
    "ERR_TRANSACTION_TIMEOUT",
    "The transaction took longer than the 250 ms that `timeout` allows",
  ],
])("%s", (error, name, code, message) => {
  expect(error).toBeInstanceOf(HttpPoolError);
  expect({ name: error.name, code: error.code, message: error.message }).toEqual({ name, code, message });
  expect(String(error)).toBe(`${name}: ${message}`);
});

test("a guard goes by the code: an error of another copy counts, a like-named one does not", () => {
  expect(isTaskExpiredError({ code: "ERR_TASK_EXPIRED" })).toBe(true);
  expect(isTaskExpiredError(Object.create({ code: "ERR_TASK_EXPIRED" }))).toBe(true);
  expect(isTaskExpiredError(Object.assign(new Error(), { name: "TaskExpiredError" }))).toBe(false);
  expect(isTaskExpiredError(new DispatcherClosedError())).toBe(false);
  expect(isDispatcherClosedError(new DispatcherClosedError())).toBe(true);
});

test.each([undefined, null, 0, "ERR_TASK_EXPIRED", () => undefined])("%o is no error of ours", (value) => {
  expect(isTaskExpiredError(value)).toBe(false);
});
