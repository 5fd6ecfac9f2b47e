import { describe, expect, test } from "vitest";
import type { LaneLimits, LanesOptions } from "../../../../src/lanes.ts";
import { answer, World } from "./world.ts";

describe("`limits`", () => {
  test("go over the common ones, and are asked once a life", () => {
    const asked: string[] = [];
    const world = new World({
      workers: 3,
      limits: (lane) => (asked.push(lane), lane === "slow" ? { workers: 1 } : undefined),
    });
    for (const name of ["s1", "s2"]) world.come(name, "slow");
    world.come("f", "fast");
    expect([world.takeAll(), asked]).toEqual(["s1 f", ["slow", "fast"]]);
    const states = world.backlog.lanes();
    expect([states.get("slow")?.workers, states.get("fast")?.workers]).toEqual([1, 3]);
    world.endAll();
    world.takeAll();
    world.endAll();
    world.come("s3", "slow");
    expect(asked).toEqual(["slow", "fast", "slow"]);
  });

  test("may unpace a lane, widen it and give it fewer places", () => {
    const world = new World({ workers: 1, period: 50, limits: () => ({ workers: 9, period: 0, queueSize: 1 }) });
    for (const name of ["a", "b"]) world.come(name);
    expect([world.takeAll(), world.backlog.lanes().get("")?.workers]).toEqual(["a b", 9]);
    world.endAll();
    expect(world.backlog.due(0)).toBe(Infinity);
    world.come("c");
    expect(world.takeAll()).toBe("c");
  });

  test("that throw are thrown, leave nothing behind, and are asked again", () => {
    const error = new Error("mine");
    let isBroken = true;
    const world = new World({
      limits: () => {
        if (isBroken) throw error;
        return undefined;
      },
    });
    expect(() => world.come("a")).toThrow(error);
    expect(world.backlog.lanes().size).toBe(0);
    isBroken = false;
    world.come("b");
    expect(world.takeAll()).toBe("b");
  });

  test.each([
    [null, "Expected `limits()` to be an object, got null"],
    [5, "Expected `limits()` to be an object, got 5 (number)"],
    [Promise.resolve({}), "Expected `limits()` to be an object, got an object"],
    [{ workers: "2" }, 'Expected `limits().workers` to be a whole number, got "2" (string)'],
    [{ period: Number.NaN }, "Expected `limits().period` to be a finite number of ms, got NaN (number)"],
  ])("that give %j are named", (limits, message) => {
    const world = new World({ limits: () => limits as LaneLimits });
    expect(() => world.come("a")).toThrow(new TypeError(message));
  });

  test("may bring a task of the very lane that they are asked for", () => {
    let depth = 0;
    const world: World = new World({
      limits: () => {
        if (depth++ === 0) world.come("inner", "x");
        return { workers: 1 };
      },
    });
    world.come("outer", "x");
    expect([world.takeAll(), world.backlog.lanes().size]).toEqual(["inner", 1]);
    world.endAll();
    expect(world.takeAll()).toBe("outer");
  });

  test("a place that was made before its lane came up joins the lane that did", () => {
    const world = new World({ limits: () => ({ workers: 1 }) });
    const early = world.backlog.place({ lane: "x" }, () => undefined);
    world.come("a", "x");
    world.takeAll();
    world.backlog.push({ attempts: 0, place: early, isAccepted: true, name: "b", slots: [] } as never);
    expect([world.backlog.lanes().size, world.takeAll(), world.backlog.waiting]).toEqual([1, "", 1]);
  });
});

describe("a lane is forgotten", () => {
  test("at once, when it is idle and neither paced nor held", () => {
    const { world, count } = lives();
    for (let i = 0; i < 2; i++) {
      world.come("a");
      world.takeAll();
      world.endAll();
    }
    expect(count()).toBe(2);
  });

  test("when its pace is over, and not before", () => {
    const { world, count } = lives({ period: 100 });
    const visit = (time: number): number => {
      world.at(time);
      world.backlog.due(time);
      world.come("a");
      world.takeAll();
      world.endAll();
      return count();
    };
    expect([visit(0), visit(99), visit(150), visit(250)]).toEqual([1, 1, 1, 2]);
  });

  test("when its hold is over, and not before", () => {
    const { world, count } = lives({ hold: () => 100 });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(200));
    world.end(a);
    world.backlog.due(99);
    world.backlog.remove(world.come("b"));
    expect(count()).toBe(1);
    world.backlog.due(100);
    world.backlog.remove(world.come("c"));
    expect(count()).toBe(2);
  });

  test("not while a task of it rests, also when its slot was given back before", () => {
    const world = new World();
    const a = world.come("a");
    world.takeAll();
    world.end(a);
    world.backlog.rest(a, 10);
    expect([...world.backlog.lanes().keys(), world.backlog.waiting]).toEqual(["", 1]);
    world.at(10);
    expect(world.takeAll()).toBe("a");
  });

  test("100,000 in a row leave nothing behind", () => {
    const world = new World({ period: 5, workers: 1 });
    for (let i = 0; i < 100_000; i++) {
      world.at(i);
      world.come("a", `lane ${i}`);
      world.take();
      world.endAll();
    }
    world.backlog.due(200_000);
    expect([world.backlog.lanes().size, world.backlog.waiting, world.backlog.due(200_000)]).toEqual([0, 0, Infinity]);
  });

  test("100,000 at once are emptied in no time", () => {
    const world = new World({ queueSize: 1 }, { workers: 1, queueSize: 50_000 });
    world.come("busy");
    world.take();
    for (let i = 0; i < 100_000; i++) world.come("a", `lane ${i}`);
    let count = 0;
    while (world.backlog.removeFirst() !== undefined) count++;
    while (world.backlog.leaveFirst() !== undefined) count++;
    expect(count).toBe(100_000);
  });
});

/** A world that counts how often a lane comes up. */
function lives(options: LanesOptions = {}): { readonly world: World; readonly count: () => number } {
  let count = 0;
  return { world: new World({ ...options, limits: () => void count++ }), count: () => count };
}
