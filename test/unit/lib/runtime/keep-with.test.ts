import { expect, test } from "vitest";
import { keepWith } from "../../../../src/lib/runtime/keep-with.ts";
import { collectGarbage } from "../../../support/collect-garbage.ts";

/** Keeps companions with an object, which nobody else holds. */
function keep(object: object, count: number): WeakRef<object>[] {
  return Array.from({ length: count }, () => {
    const companion = {};
    keepWith(object, companion);
    return new WeakRef(companion);
  });
}

const gone = (refs: readonly WeakRef<object>[]): number => refs.filter((ref) => ref.deref() === undefined).length;

test("all companions live as long as the object, however many, and no longer", async () => {
  const held: object[] = [{}, {}];
  const [kept, dropped] = held.map((object) => keep(object, 3)) as [WeakRef<object>[], WeakRef<object>[]];
  held.pop();
  await collectGarbage(() => gone(dropped) === 3);
  expect([gone(kept), gone(dropped), held.length]).toEqual([0, 3, 1]);
});

test("leaves nothing on the object to be seen, which may be frozen", () => {
  const object = Object.freeze({ seen: true });
  keep(object, 2);
  expect(Reflect.ownKeys(object)).toEqual(["seen"]);
});
