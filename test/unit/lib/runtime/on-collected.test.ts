import { afterEach, expect, test, vi } from "vitest";
import { onCollected } from "../../../../src/lib/runtime/on-collected.ts";
import { collectGarbage } from "../../../support/collect-garbage.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("onCollected calls back once the object is gone, and not before", async () => {
  const called: string[] = [];
  const kept = {};
  onCollected(kept, () => called.push("kept"));
  (() => {
    onCollected({}, () => called.push("gone"));
  })();
  await collectGarbage(() => called.length > 0);
  expect(called).toEqual(["gone"]);
  expect(kept).toEqual({});
});

test("onCollected takes the same object again, and leaves nothing on it to be seen", () => {
  const object = Object.freeze({ seen: true });
  for (let times = 0; times < 2; times++) onCollected(object, () => undefined);
  expect(Reflect.ownKeys(object)).toEqual(["seen"]);
});

test("onCollected does nothing where the runtime does not tell", async () => {
  vi.resetModules();
  vi.stubGlobal("FinalizationRegistry", undefined);
  const copy = await import("../../../../src/lib/runtime/on-collected.ts");
  expect(copy.onCollected({}, () => undefined)).toBeUndefined();
});
