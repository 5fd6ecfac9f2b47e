import { expect, test } from "vitest";
import * as lean from "../../src/lean.ts";
import { counted, lab } from "../support/lab.ts";

const classes = [
  [lean.DispatcherClosedError, "DispatcherClosedError", "ERR_DISPATCHER_CLOSED", lean.isDispatcherClosedError],
  [lean.TaskExpiredError, "TaskExpiredError", "ERR_TASK_EXPIRED", lean.isTaskExpiredError],
  [lean.TaskFilteredError, "TaskFilteredError", "ERR_TASK_FILTERED", lean.isTaskFilteredError],
  [lean.TransactionTimeoutError, "TransactionTimeoutError", "ERR_TRANSACTION_TIMEOUT", lean.isTransactionTimeoutError],
] as const;
const guards = [...classes.map(([, , , guard]) => guard), lean.isCircuitOpenError];

test.each(classes)("%o is an HttpPoolError with a name, a stable code and a message", (Class, name, code) => {
  const error = new Class(5);
  expect(error).toBeInstanceOf(lean.HttpPoolError);
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code]).toEqual([name, code]);
  expect(error.message).not.toBe("");
});

test("each guard knows its own code only, of any copy of the package", () => {
  const codes = [...classes.map(([, , code]) => code), "ERR_CIRCUIT_OPEN"];
  for (const [index, guard] of guards.entries()) {
    expect(codes.map((code) => guard({ code }))).toEqual(codes.map((_, other) => other === index));
    expect(codes.map((code) => guard(Object.assign(new Error(), { code })))[index]).toBe(true);
  }
});

test("a guard says no to what is no object, and to other errors", () => {
  for (const guard of guards) {
    for (const value of [undefined, null, "ERR_TASK_EXPIRED", 5, {}, new Error("x"), { code: 5 }]) {
      expect(guard(value)).toBe(false);
    }
  }
});

test("the limit in force is told", () => {
  expect(new lean.TransactionTimeoutError(1234).message).toContain("1234 ms");
});

test("both doors give the same classes", async () => {
  const core = await import("../../src/index.ts");
  const { kyHandler, Client, ...shared } = core;
  const { Client: LeanClient, ...fromLean } = lean;
  expect([typeof kyHandler, Client === (LeanClient as unknown)]).toEqual(["function", false]);
  expect(shared).toEqual(fromLean);
});

test("errors of task, handler and consumer reach `finish` and `run` as the same object, frozen ones too", async () => {
  const error = Object.freeze(new Error("frozen"));
  const { pool, log, handler } = lab();
  const runs = [pool.run(() => Promise.reject(error)), pool.run(counted())];
  handler.call(0).fail(error);
  const reasons = (await Promise.allSettled(runs)).map((result) => result.status === "rejected" && result.reason);
  expect(reasons[0]).toBe(error);
  expect(reasons[1]).toBe(error);
  expect(log.failure(1)).toBe(error);
  expect(log.failure(2)).toBe(error);
});
