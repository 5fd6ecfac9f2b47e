import { expect, test } from "vitest";
import { WaitGroup } from "../../../src/lib/wait-group.ts";
import { settled } from "../../support/settled.ts";

/** Waits for the group. @returns How often the wait has ended so far. */
function waitFor(group: WaitGroup): () => number {
  let ends = 0;
  void group.wait().then(() => ends++);
  return () => ends;
}

test("is waited for no time at all when nothing is under way", async () => {
  const ends = waitFor(new WaitGroup());
  await settled();
  expect(ends()).toBe(1);
});

test("lets all who wait go when the last is done, and not before", async () => {
  const group = new WaitGroup();
  group.add();
  group.add();
  const waits = [waitFor(group), waitFor(group)];
  group.done();
  await settled();
  expect(waits.map((ends) => ends())).toEqual([0, 0]);
  group.done();
  await settled();
  expect(waits.map((ends) => ends())).toEqual([1, 1]);
});

test("can be used again: who comes later waits for what comes later", async () => {
  const group = new WaitGroup();
  group.add();
  group.done();
  group.add();
  const ends = waitFor(group);
  await settled();
  expect(ends()).toBe(0);
  group.done();
  await settled();
  expect(ends()).toBe(1);
});
