import { describe, expect, test } from "vitest";
import { requestTask } from "../../../../src/tasks.ts";
import { answer, World } from "./world.ts";

describe("which lane", () => {
  test("the one that is named, else the task's origin, else the lane of all others", () => {
    const world = new World();
    const task = requestTask("https://example.com/secret?x=1");
    world.come("a", { lane: "tenant" }, task);
    world.come("b", {}, task);
    world.come("c");
    world.come("d", { lane: undefined });
    expect([...world.backlog.lanes().keys()]).toEqual(["tenant", "https://example.com", ""]);
  });

  test("no wish at all is the lane of all others", () => {
    const world = new World();
    const place = world.backlog.place(undefined, () => undefined);
    expect([place?.lane, place?.priority]).toEqual(["", 0]);
  });

  test.each([
    [{ lane: 5 }, "Expected `lane` to be a string, got 5 (number)"],
    [{ lane: null }, "Expected `lane` to be a string, got null"],
    [{ priority: "high" }, 'Expected `priority` to be a finite number, got "high" (string)'],
    [{ priority: Number.NaN }, "Expected `priority` to be a finite number, got NaN (number)"],
  ])("%j is no place", (wish, message) => {
    expect(() => new World().come("a", wish)).toThrow(new TypeError(message));
  });
});

describe("the order", () => {
  test("first in, first out, within a lane and a priority", () => {
    const world = new World();
    for (const name of ["a", "b", "c"]) world.come(name);
    expect(world.takeAll()).toBe("a b c");
  });

  test("a higher priority goes first", () => {
    const world = new World();
    for (const priority of [0, 2, -1, 1.5, 2]) world.come(`p${priority}`, { priority });
    expect(world.takeAll()).toBe("p2 p2 p1.5 p0 p-1");
  });

  test("a higher priority goes first, whatever the lane and the turn", () => {
    const world = new World();
    world.come("a", { lane: "a" });
    world.come("b", { lane: "b", priority: 1 });
    world.come("c", { lane: "c" });
    expect(world.takeAll()).toBe("b a c");
  });

  test("lanes take turns, however many tasks one of them has", () => {
    const world = new World();
    for (const name of ["a1", "a2", "a3", "b1", "b2", "c1"]) world.come(name, name[0]);
    expect(world.takeAll()).toBe("a1 b1 c1 a2 b2 a3");
  });

  test("a lane that comes up stands behind those that are there, and starves none", () => {
    const world = new World({}, { workers: 1 });
    world.come("old1", "old");
    world.come("old2", "old");
    const names: string[] = [];
    for (let i = 0; i < 4; i++) {
      world.come(`new${i}`, `new${i}`);
      world.endAll();
      names.push(world.take()?.name ?? "");
    }
    expect(names.join(" ")).toBe("old1 new0 old2 new1");
  });

  test("what comes back from a rest goes before what never ran, and behind a higher priority", () => {
    const world = new World();
    const first = world.come("first");
    const second = world.come("second");
    world.takeAll();
    for (const priority of [0, 1]) world.come(`fresh${priority}`, { priority });
    world.rest(first, 10);
    world.rest(second, 5);
    world.at(10);
    expect(world.takeAll()).toBe("fresh1 second first fresh0");
  });

  test("a task that was taken out from the middle is gone", () => {
    const world = new World();
    const [a, b, c] = [world.come("a"), world.come("b", { priority: 3 }), world.come("c")];
    world.backlog.remove(b);
    world.backlog.remove(a);
    expect([world.backlog.waiting, world.takeAll()]).toEqual([1, c.name]);
  });
});

describe("eligible", () => {
  test("a lane has no more slots than its workers, and the others go on", () => {
    const world = new World({ workers: 2 });
    const [first] = ["a1", "a2", "a3", "b1"].map((name) => world.come(name, name[0]));
    expect(world.takeAll()).toBe("a1 b1 a2");
    expect(world.backlog.due(0)).toBe(Infinity);
    world.end(first as never);
    expect([world.wakes, world.takeAll()]).toEqual([1, "a3"]);
  });

  test("a lane has never more slots than the pool", () => {
    const world = new World({ workers: 5 }, { workers: 2 });
    world.come("a", "x");
    expect(world.backlog.lanes().get("x")?.workers).toBe(2);
  });

  test("a slot of a lane starts once a period, from when its task did start", () => {
    const world = new World({ workers: 1, period: 100 });
    const [a] = [world.come("a"), world.come("b")];
    expect(world.takeAll()).toBe("a");
    world.end(a);
    expect([world.takeAll(), world.backlog.due(0)]).toEqual(["", 100]);
    world.at(100);
    expect(world.takeAll()).toBe("b");
  });

  test("`spread` keeps the starts of a lane apart", () => {
    const world = new World({ workers: 4, period: 100, spread: true });
    for (const name of "abc") world.come(name);
    expect([world.takeAll(), world.backlog.due(0)]).toEqual(["a", 25]);
    world.at(25);
    expect([world.takeAll(), world.backlog.due(25)]).toEqual(["b", 50]);
  });

  test("a lane that idled does not burst", () => {
    const world = new World({ workers: 1, period: 100 });
    world.come("a");
    world.takeAll();
    world.endAll();
    world.at(1000);
    world.come("b");
    world.come("c");
    world.takeAll();
    world.endAll();
    expect([world.takeAll(), world.backlog.due(1000)]).toEqual(["", 1100]);
  });

  test("a lane that idles keeps its pace and its hold", () => {
    const world = new World({ workers: 1, period: 100 });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(429, { "retry-after": "1" }));
    world.end(a);
    expect(world.backlog.due(999)).toBe(Infinity);
    world.come("b");
    expect(world.backlog.due(999)).toBe(1000);
  });

  test("a rest is waited for, with the hold of its lane", () => {
    const world = new World();
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(503, { "retry-after": "1" }));
    world.rest(a, 400);
    expect([world.backlog.waiting, world.backlog.due(0)]).toEqual([1, 400]);
    world.at(400);
    expect([world.takeAll(), world.backlog.due(400), world.backlog.waiting]).toEqual(["", 1000, 1]);
    world.at(1000);
    expect(world.takeAll()).toBe("a");
  });

  test("a task at rest can be taken out", () => {
    const world = new World();
    const a = world.come("a");
    world.takeAll();
    world.rest(a, 400);
    world.backlog.remove(a);
    expect([world.backlog.waiting, world.backlog.due(400), world.backlog.lanes().size]).toEqual([0, Infinity, 0]);
  });

  test("a task that is tried again while a deaf handler keeps its slot has two, and gives back both", () => {
    const world = new World({ workers: 2, period: 10 });
    const a = world.come("a");
    world.takeAll();
    world.backlog.rest(a, 0);
    expect(world.takeAll()).toBe("a");
    expect(world.backlog.lanes().get("")?.running).toBe(2);
    world.end(a);
    expect(world.backlog.lanes().get("")?.running).toBe(1);
    world.end(a);
    expect(world.backlog.lanes().size).toBe(0);
  });
});
