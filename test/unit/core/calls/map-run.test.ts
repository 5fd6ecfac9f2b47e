import { expect, test } from "vitest";
import { type Mapping, MapRun } from "../../../../src/core/calls/map-run.ts";
import type { Caller } from "../../../../src/core/queued-task.ts";
import { settled } from "../../../support/fake-clock.ts";

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
