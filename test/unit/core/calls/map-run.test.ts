import { expect, test } from "vitest";
import { type Mapping, MapRun } from "../../../../src/core/calls/map-run.ts";
import type { Wish } from "../../../../src/api/policies.ts";
import type { Caller } from "../../../../src/core/queued-task.ts";
import { originOfTask } from "../../../../src/lib/task-mark.ts";
import { settled } from "../../../support/settled.ts";

/** A run over two inputs, of which one may be ahead. */
function runOf(mapping: Partial<Mapping<number, string>>): MapRun<number, string> {
  return new MapRun<number, string>({
    inputs: [1, 2],
    toRequest: () => expect.fail("no task is called"),
    read: () => expect.fail("there is no response"),
    ordered: false,
    settled: false,
    lane: undefined,
    priority: undefined,
    ahead: 1,
    submit: () => expect.fail("there is no input"),
    ...mapping,
  });
}

test("closing it before the first pull waits for the source, and fails as the source does", async () => {
  const refusal = new Error("refusal");
  const iterator: AsyncIterator<number> = {
    next: () => expect.fail("nothing was asked for"),
    return: () => Promise.reject(refusal),
  };
  const run = runOf({ inputs: { [Symbol.asyncIterator]: () => iterator } });
  await expect(run.close()).rejects.toBe(refusal);
});

test("closing it aborts what runs, and ends who waits for a result", async () => {
  const callers: Caller[] = [];
  const run = runOf({
    submit: (_, caller) => {
      callers.push(caller);
      caller.accepted?.();
    },
  });
  const next = run.next();
  await settled();
  expect(callers.map(({ signal }) => signal?.aborted)).toEqual([false]);
  await run.close();
  expect(callers.map(({ signal }) => signal?.aborted)).toEqual([true]);
  expect(await next).toBeUndefined();
});

/** What the tasks for these inputs are submitted with, and where they are known to go. */
async function submittedFor<Input>(
  inputs: readonly Input[],
  mapping: Partial<Mapping<Input, string>> = {},
): Promise<[Wish | undefined, string | undefined][]> {
  const all: [Wish | undefined, string | undefined][] = [];
  const run = new MapRun<Input, string>({
    inputs,
    toRequest: () => expect.fail("no task is called"),
    read: () => expect.fail("there is no response"),
    ordered: false,
    settled: false,
    lane: undefined,
    priority: undefined,
    ahead: inputs.length,
    submit: (task, caller, wish) => {
      all.push([wish, originOfTask(task)]);
      caller.accepted?.();
    },
    ...mapping,
  });
  void run.next();
  await settled();
  await run.close();
  return all;
}

test("a task is submitted with the lane of its input, or of all, and with the priority", async () => {
  expect(await submittedFor([1])).toEqual([[{ lane: undefined, priority: undefined }, undefined]]);
  expect(await submittedFor([1], { lane: "a", priority: 5 })).toEqual([[{ lane: "a", priority: 5 }, undefined]]);
  const submitted = await submittedFor([1, 2], { lane: (input) => `tenant-${input}` });
  expect(submitted.map(([wish]) => wish?.lane)).toEqual(["tenant-1", "tenant-2"]);
});

test("a task is known to go where its input says: a text with an origin, a URL or a Request", async () => {
  const url = "https://example.com/secret";
  const inputs = [url, "HTTP://Example.com:80/", new URL(url), new Request(url), { url, method: "GET", headers: {} }];
  const submitted = await submittedFor<unknown>(inputs);
  const origins = submitted.map(([, origin]) => origin);
  const https = "https://example.com";
  expect(origins).toEqual([https, "http://example.com", https, https, https]);
});

test("a task of any other input is not known to go anywhere", async () => {
  const inputs = [
    "/path",
    "httpx",
    "ftp://example.com/",
    "",
    5,
    null,
    undefined,
    { url: "https://example.com/" },
    { href: 5 },
  ];
  const submitted = await submittedFor<unknown>(inputs);
  expect(submitted.map(([, origin]) => origin)).toEqual(Array(inputs.length).fill(undefined));
});

test("a lane that fails to say ends it with that very error", async () => {
  const error = new Error("no");
  const lane = (): never => {
    throw error;
  };
  await expect(runOf({ lane }).next()).rejects.toBe(error);
});
