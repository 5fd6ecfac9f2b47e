import { expect, test } from "vitest";
import { hasErrored } from "../../../../src/lib/runtime/has-errored.ts";

test("a stream has failed once its source has, also while it is locked", async () => {
  let source: ReadableStreamDefaultController | undefined;
  const stream = new ReadableStream({ start: (controller) => void (source = controller) });
  const reader = stream.getReader();
  expect(hasErrored(stream)).toBe(false);
  source?.error(new Error("The disk is gone"));
  await expect(reader.read()).rejects.toThrow("The disk is gone");
  expect([stream.locked, hasErrored(stream)]).toEqual([true, true]);
});

test("what was read to its end, or cancelled, has not failed", async () => {
  const read = new Response("x").body;
  for await (const _ of read ?? []);
  const cancelled = new Response("x").body;
  await cancelled?.cancel();
  expect([hasErrored(read), hasErrored(cancelled)]).toEqual([false, false]);
});

test("no body has not failed, nor has a stream where the platform does not tell", () => {
  expect([hasErrored(null), hasErrored({})]).toEqual([false, false]);
});
