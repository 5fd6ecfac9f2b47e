import { expect, test } from "vitest";
import { hasEnded } from "../../../../src/lib/runtime/has-ended.ts";

test("a stream has ended once it was read to its end, also while it is locked", async () => {
  const { body } = new Response("x");
  if (body === null) throw new Error("It has one");
  const reader = body.getReader();
  expect(hasEnded(body)).toBe(false);
  await reader.read();
  await reader.read();
  expect([body.locked, hasEnded(body)]).toEqual([true, true]);
});

test("where the platform does not tell, none is known to have ended", () => {
  expect(hasEnded({})).toBe(false);
});
