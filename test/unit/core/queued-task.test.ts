import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import { CallerTask, QueuedTask, type RunningAttempt, RunTask, SendTask } from "../../../src/core/queued-task.ts";

const task = (): null => null;
const attempt: RunningAttempt = {
  task: new QueuedTask(task, undefined),
  slot: { number: 0, due: 0, occupant: undefined },
  signal: new AbortController().signal,
  abort: task,
  abortSignal: task,
};

/** Tells a queued task all that may become of it. */
function tell(queued: QueuedTask): void {
  queued.onAccept();
  queued.onAttempt(attempt);
  queued.onSuccess("value");
  queued.onFailure("error");
}

describe("QueuedTask", () => {
  test("keeps its task, and the async context it was made in", () => {
    const storage = new AsyncLocalStorage<string>();
    const queued = storage.run("mine", () => new QueuedTask(task, undefined));
    const that = {};
    const seen = storage.run("other", () =>
      queued.runInAsyncScope(
        function (this: unknown, ...args: readonly number[]) {
          return [this === that, args, storage.getStore()];
        },
        that,
        1,
        2,
      ),
    );
    expect(seen).toEqual([true, [1, 2], "mine"]);
    expect(queued.task).toBe(task);
  });

  test("is in no line, not accepted and of no caller at first", () => {
    const queued = new QueuedTask(task, undefined);
    const { id, acceptedAt, attempts, previous, next, caller, place } = queued;
    expect([id, acceptedAt, attempts]).toEqual([0, 0, 0]);
    expect([previous, next, caller, place]).toEqual(Array(4).fill(undefined));
  });

  test("lets all that becomes of it pass", () => {
    const queued = new QueuedTask(task, undefined);
    tell(queued);
    expect(queued.caller).toBeUndefined();
  });
});

/** A queued task whose promise is in the test's hands. */
function promised<E extends QueuedTask>(
  make: (resolve: (value: unknown) => void) => E,
): { queued: E; promise: Promise<unknown> } {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  return { queued: make(resolve), promise };
}

describe("RunTask", () => {
  test("resolves with what its consumer returned", async () => {
    const { queued, promise } = promised((resolve) => new RunTask(task, undefined, resolve));
    queued.onAccept();
    queued.onSuccess("value");
    expect([await promise, queued.task]).toEqual(["value", task]);
  });

  test("rejects with what it failed with, or was refused with", async () => {
    const { queued, promise } = promised((resolve) => new RunTask(task, undefined, resolve));
    const error = new Error("no");
    queued.onFailure(error);
    await expect(promise).rejects.toBe(error);
  });
});

describe("SendTask", () => {
  test("resolves with nothing when it is accepted; what becomes of it later is not told", async () => {
    const { queued, promise } = promised((resolve) => new SendTask(task, undefined, resolve));
    queued.onAccept();
    queued.id = 1;
    tell(queued);
    expect(await promise).toBeUndefined();
  });

  test("rejects when it is refused", async () => {
    const { queued, promise } = promised((resolve) => new SendTask(task, undefined, resolve));
    const error = new Error("no");
    queued.onFailure(error);
    await expect(promise).rejects.toBe(error);
  });
});

describe("CallerTask", () => {
  test("keeps its caller, and tells it as a method of its own", () => {
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
    const queued = new CallerTask(task, undefined, caller);
    tell(queued);
    expect(told).toEqual(["accepted", caller, "succeeded", "value", caller, "failed", "error", caller]);
    expect(queued.caller).toBe(caller);
  });

  test("tells nothing to a caller who does not ask", () => {
    const queued = new CallerTask(task, undefined, { signal: undefined });
    expect(() => tell(queued)).not.toThrow();
  });

  test("leaves when its signal aborts while it waits, aborts its attempt while it runs, and hears nothing once it follows no more", () => {
    const heard: unknown[] = [];
    const follow = (): { controller: AbortController; queued: CallerTask } => {
      const controller = new AbortController();
      const queued = new CallerTask(task, undefined, { signal: controller.signal });
      queued.follow((leaving, reason) => heard.push(["leave", leaving === queued, reason]));
      return { controller, queued };
    };
    const running = { ...attempt, abort: (reason: unknown) => heard.push(["abort", reason]) };
    follow().controller.abort("early");
    const { controller, queued } = follow();
    queued.onAttempt(running);
    controller.abort("late");
    const rested = follow();
    rested.queued.onAttempt(running);
    rested.queued.onAttempt(undefined);
    rested.controller.abort("at rest");
    const other = follow();
    other.queued.unfollow();
    other.controller.abort("too late");
    expect(heard).toEqual([
      ["leave", true, "early"],
      ["abort", "late"],
      ["leave", true, "at rest"],
    ]);
  });
});

test("every kind of task keeps its place", () => {
  const place = { lane: "a", priority: 1 };
  const all = [
    new QueuedTask(task, place),
    new RunTask(task, place, task),
    new SendTask(task, place, task),
    new CallerTask(task, place, { signal: undefined }),
  ];
  for (const queued of all) expect(queued.place).toBe(place);
});
