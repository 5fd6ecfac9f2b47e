import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { type Abortable, CallerEntry, Entry, RunEntry, SendEntry } from "../../src/core/queued-task.ts";

const task = (): null => null;
const attempt: Abortable = { signal: new AbortController().signal, abort: task, cut: task };

/** Tells an entry all that may become of it. */
function tell(entry: Entry): void {
  entry.onAccept();
  entry.onStart(attempt);
  entry.onSuccess("value");
  entry.onFailure("error");
}

describe("Entry", () => {
  test("keeps its task, and the async context it was made in", () => {
    const storage = new AsyncLocalStorage<string>();
    const entry = storage.run("mine", () => new Entry(task));
    const that = {};
    const seen = storage.run("other", () =>
      entry.runInAsyncScope(
        function (this: unknown, ...args: readonly number[]) {
          return [this === that, args, storage.getStore()];
        },
        that,
        1,
        2,
      ),
    );
    expect(seen).toEqual([true, [1, 2], "mine"]);
    expect(entry.task).toBe(task);
  });

  test("is in no line, not accepted and of no caller at first", () => {
    const entry = new Entry(task);
    const { id, acceptedAt, previous, next, caller } = entry;
    expect([id, acceptedAt, previous, next, caller, entry.attempt]).toEqual([0, 0, ...Array(4).fill(undefined)]);
  });

  test("lets all that becomes of it pass", () => {
    const entry = new Entry(task);
    tell(entry);
    expect([entry.caller, entry.attempt]).toEqual([undefined, undefined]);
  });
});

/** An entry whose promise is in the test's hands. */
function promised<E extends Entry>(
  make: (resolve: (value: unknown) => void) => E,
): { entry: E; promise: Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  return { entry: make(resolve), promise };
}

describe("RunEntry", () => {
  test("resolves with what its consumer returned", async () => {
    const { entry, promise } = promised((resolve) => new RunEntry(task, resolve));
    entry.onAccept();
    entry.onSuccess("value");
    expect([await promise, entry.task]).toEqual(["value", task]);
  });

  test("rejects with what it failed with, or was refused with", async () => {
    const { entry, promise } = promised((resolve) => new RunEntry(task, resolve));
    const error = new Error("no");
    entry.onFailure(error);
    await expect(promise).rejects.toBe(error);
  });
});

describe("SendEntry", () => {
  test("resolves with nothing when it is accepted; what becomes of it later is not told", async () => {
    const { entry, promise } = promised((resolve) => new SendEntry(task, resolve));
    entry.onAccept();
    entry.id = 1;
    tell(entry);
    expect(await promise).toBeUndefined();
  });

  test("rejects when it is refused", async () => {
    const { entry, promise } = promised((resolve) => new SendEntry(task, resolve));
    const error = new Error("no");
    entry.onFailure(error);
    await expect(promise).rejects.toBe(error);
  });
});

describe("CallerEntry", () => {
  test("keeps its caller and its attempt, and tells the caller as a method of its own", () => {
    const told: unknown[] = [];
    const caller = {
      signal: undefined,
      accepted() {
        told.push("accepted", this);
      },
      succeeded(value: unknown) {
        told.push("succeeded", value, this);
      },
      failed(error: unknown) {
        told.push("failed", error, this);
      },
    };
    const entry = new CallerEntry(task, caller);
    expect(entry.attempt).toBeUndefined();
    tell(entry);
    expect(told).toEqual(["accepted", caller, "succeeded", "value", caller, "failed", "error", caller]);
    expect(entry.caller).toBe(caller);
    expect(entry.attempt).toBe(attempt);
  });

  test("tells nothing to a caller who does not ask", () => {
    const entry = new CallerEntry(task, { signal: undefined });
    tell(entry);
    expect(entry.attempt).toBe(attempt);
  });
});
