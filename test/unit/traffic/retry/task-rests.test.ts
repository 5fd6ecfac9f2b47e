import { array, assert, constant, nat, oneof, property, record } from "fast-check";
import { expect, test } from "vitest";
import { TaskRests } from "../../../../src/traffic/retry/task-rests.ts";

test("at first there is none", () => {
  const rests = new TaskRests<string>();
  expect([rests.size, rests.due, rests.takeDue(Infinity), rests.remove("a")]).toEqual([0, Infinity, undefined, false]);
});

test("they end in the order of their ends, those of one end in the order they came", () => {
  const rests = new TaskRests<string>();
  for (const [item, due] of Object.entries({ a: 30, b: 10, c: 20, d: 10, e: 30, f: 0 })) rests.add(item, due);
  expect([rests.size, rests.due]).toEqual([6, 0]);
  const items: (string | undefined)[] = [];
  while (rests.size > 0) items.push(rests.takeDue(30));
  expect(items.join(" ")).toBe("f b d c a e");
});

test("one is over at its end, not sooner", () => {
  const rests = new TaskRests<string>();
  rests.add("a", 10);
  expect([rests.takeDue(9.999), rests.size]).toEqual([undefined, 1]);
  expect([rests.takeDue(10), rests.size, rests.takeDue(10)]).toEqual(["a", 0, undefined]);
});

test("who is taken out is at rest no more, and may rest again", () => {
  const rests = new TaskRests<string>();
  for (const item of ["a", "b", "c"]) rests.add(item, 10);
  expect([rests.remove("a"), rests.remove("b"), rests.remove("b"), rests.size, rests.due]).toEqual([
    true,
    true,
    false,
    1,
    10,
  ]);
  expect([rests.takeDue(10), rests.remove("c"), rests.due]).toEqual(["c", false, Infinity]);
  rests.add("b", 5);
  expect([rests.due, rests.takeDue(5)]).toEqual([5, "b"]);
});

test("they are what a sorted list would be", () => {
  const step = oneof(
    record({ deed: constant("add" as const), at: nat(20) }),
    record({ deed: constant("take" as const), at: nat(20) }),
    record({ deed: constant("remove" as const), at: nat(30) }),
  );
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const rests = new TaskRests<number>();
      let model: { readonly item: number; readonly due: number }[] = [];
      for (const [item, { deed, at }] of steps.entries()) {
        if (deed === "add") {
          rests.add(item, at);
          model = [...model, { item, due: at }].toSorted((a, b) => a.due - b.due);
        } else if (deed === "take") {
          const [first] = model;
          const due = first !== undefined && first.due <= at ? first : undefined;
          expect(rests.takeDue(at)).toBe(due?.item);
          model = model.filter((rest) => rest !== due);
        } else {
          expect(rests.remove(at)).toBe(model.some((rest) => rest.item === at));
          model = model.filter((rest) => rest.item !== at);
        }
        expect([rests.size, rests.due]).toEqual([model.length, model[0]?.due ?? Infinity]);
      }
    }),
  );
});
