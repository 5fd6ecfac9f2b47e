import { describe, expect, test } from "vitest";
import { lanes } from "../../../../src/lanes.ts";
import { settled } from "../../../support/settled.ts";
import { answer, World } from "./world.ts";

describe("holds", () => {
  test("a response holds its lane, and that lane only; what runs goes on", () => {
    const world = new World();
    const [a] = [world.come("a", "a")];
    world.takeAll();
    world.come("a2", "a");
    world.come("b", "b");
    world.backlog.onResponse(a, answer(429, { "retry-after": "2" }));
    expect(world.holds).toEqual([["a", 2000, 429]]);
    expect([world.backlog.lanes().get("a")?.heldMs, world.backlog.lanes().get("b")?.heldMs]).toEqual([2000, 0]);
    expect([world.takeAll(), world.backlog.due(0), world.running.size]).toEqual(["b", 2000, 2]);
    world.at(500);
    expect(world.backlog.lanes().get("a")?.heldMs).toBe(1500);
    world.at(2000);
    expect([world.takeAll(), world.backlog.lanes().get("a")?.heldMs]).toEqual(["a2", 0]);
  });

  test("a date is read by the pool's wall clock", () => {
    const world = new World();
    world.wall = Date.UTC(2001, 0, 1);
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(503, { "retry-after": "Mon, 01 Jan 2001 00:00:09 GMT" }));
    expect(world.holds).toEqual([["", 9000, 503]]);
  });

  test("a hold lengthens, and never shortens", () => {
    const world = new World({ hold: ({ status }) => status });
    const a = world.come("a");
    world.takeAll();
    for (const status of [300, 200, 300, 400]) world.backlog.onResponse(a, answer(status));
    expect(world.holds).toEqual([
      ["", 300, 300],
      ["", 400, 400],
    ]);
  });

  test("what was told of a hold may bring tasks", () => {
    const world = new World({ hold: () => 100 });
    const a = world.come("a");
    world.takeAll();
    world.onHold = () => void world.come("b");
    world.backlog.onResponse(a, answer(200));
    expect([world.takeAll(), world.backlog.due(0)]).toEqual(["", 100]);
  });

  test.each([
    [undefined, 60_000],
    [0, 60_000],
    [-1, 60_000],
    [5000, 5000],
  ])("with `maxHold` %s a longer hold counts as %d ms", (maxHold, ms) => {
    const world = new World({ maxHold });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(429, { "retry-after": "3600" }));
    expect(world.holds).toEqual([["", ms, 429]]);
  });

  test("`hold: false` never holds", () => {
    const world = new World({ hold: false });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(429, { "retry-after": "3600" }));
    expect([world.holds, world.errors]).toEqual([[], []]);
  });

  test.each([undefined, 0])("a `hold` that gives %s holds nothing", (ms) => {
    const world = new World({ hold: () => ms });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(429));
    expect([world.holds, world.errors]).toEqual([[], []]);
  });

  test.each([Number.NaN, -1, Infinity, "5", null, {}])("a `hold` that gives %s is logged", (ms) => {
    const world = new World({ hold: () => ms as never });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(429));
    expect(world.holds).toEqual([]);
    expect(world.errors).toEqual(ms === null ? [] : [["`hold` failed", expect.any(TypeError)]]);
    if (ms !== null)
      expect(String(world.errors[0]?.[1])).toContain("Expected `hold()` to be a finite number of 0 or more");
  });

  test("a `hold` that throws is logged", () => {
    const error = new Error("mine");
    const world = new World({
      hold: () => {
        throw error;
      },
    });
    const a = world.come("a");
    world.takeAll();
    world.backlog.onResponse(a, answer(429));
    expect([world.holds, world.errors]).toEqual([[], [["`hold` failed", error]]]);
  });
});

describe("the gate", () => {
  test("is asked once before each start, with the lane", () => {
    const asked: string[] = [];
    const world = new World({ gate: (lane) => (asked.push(lane), 0) });
    for (const name of ["a1", "a2", "b1"]) world.come(name, name[0]);
    expect(asked).toEqual([]);
    expect([world.takeAll(), asked.join("")]).toEqual(["a1 b1 a2", "aba"]);
  });

  test("is asked only when a task could start but for it", () => {
    let asked = 0;
    const world = new World({ workers: 1, gate: () => (asked++, 0) });
    world.come("a");
    world.come("b");
    expect([world.takeAll(), world.takeAll(), asked]).toEqual(["a", "", 1]);
  });

  test("holds its lane for longer than 0 ms, whatever `maxHold` is; the others go on", () => {
    const world: World = new World({
      maxHold: 10,
      gate: (lane) => (lane === "a" && world.clock.now() < 250 ? 250 : 0),
    });
    world.come("a", "a");
    world.come("b", "b");
    expect([world.takeAll(), world.holds, world.backlog.due(0)]).toEqual(["b", [["a", 250, undefined]], 250]);
    world.at(250);
    expect(world.takeAll()).toBe("a");
  });

  test("that says less than 0 lets through: what it waited for is over", () => {
    const world = new World({ gate: () => -5 });
    world.come("a");
    expect([world.takeAll(), world.errors]).toEqual(["a", []]);
  });

  test("may answer later: others go on meanwhile, and no second question is asked", async () => {
    const answers: ((ms: number) => void)[] = [];
    const world = new World({
      gate: (lane) => (lane === "slow" ? new Promise((resolve) => answers.push(resolve)) : 0),
    });
    world.come("s1", "slow");
    world.come("s2", "slow");
    world.come("b", "b");
    expect([world.takeAll(), world.takeAll(), world.backlog.due(0), answers.length]).toEqual(["b", "", Infinity, 1]);
    answers[0]?.(0);
    await settled();
    expect([world.wakes, world.takeAll(), answers.length]).toEqual([1, "s1", 2]);
    answers[1]?.(70);
    await settled();
    expect([world.wakes, world.takeAll(), world.backlog.due(0), world.holds]).toEqual([
      2,
      "",
      70,
      [["slow", 70, undefined]],
    ]);
  });

  test("a pass that came too late is kept for the next start", async () => {
    let asked = 0;
    const world = new World({ gate: async () => (asked++, 0) });
    const [a] = [world.come("a"), world.come("keeps the lane")];
    world.takeAll();
    await settled();
    world.backlog.remove(a);
    expect([world.takeAll(), asked]).toEqual(["keeps the lane", 1]);
  });

  test("a lane that was emptied while it was asked is no lane any more, and is forgotten at the answer", async () => {
    const world = new World({ gate: async () => 0 });
    const a = world.come("a");
    world.takeAll();
    world.backlog.remove(a);
    expect(world.backlog.lanes().size).toBe(0);
    await settled();
    world.come("b");
    expect([world.takeAll(), world.backlog.lanes().size]).toEqual(["", 1]);
    await settled();
    expect(world.takeAll()).toBe("b");
  });

  const broken = new Error("broken");
  test.each<[string, () => number | PromiseLike<number>]>([
    [
      "throws",
      () => {
        throw broken;
      },
    ],
    [
      "rejects",
      async () => {
        throw broken;
      },
    ],
    ["gives NaN", () => Number.NaN],
    ["gives Infinity", () => Infinity],
    ["gives a string", () => "5" as never],
    ["resolves with nothing", async () => undefined as never],
    [
      "gives a thenable that throws",
      () => ({
        // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
        get then(): never {
          throw broken;
        },
      }),
    ],
  ])("one that %s is logged and asked again after 1000 ms", async (_, gate) => {
    let isBroken = true;
    const world = new World({ gate: () => (isBroken ? gate() : 0) });
    world.come("a");
    expect(world.takeAll()).toBe("");
    await settled();
    isBroken = false;
    expect(world.errors.map(([message]) => message)).toEqual(["`gate` failed, and is asked again after 1000 ms"]);
    expect([world.takeAll(), world.backlog.due(0)]).toEqual(["", 1000]);
    world.at(1000);
    expect(world.takeAll()).toBe("a");
  });

  test("one that abuses the pool while it is asked finds it in order", () => {
    const world: World = new World({
      gate: () => {
        world.backlog.remove(a);
        world.come("b");
        return 0;
      },
    });
    const a = world.come("a");
    expect(world.take()?.name).toBe("b");
    expect(world.sums().pool[0]).toBe(0);
  });

  test("asks before a task in line is let in", () => {
    const world = new World({ queueSize: 1, gate: (lane) => (lane === "shut" ? 99 : 0) }, { workers: 1, queueSize: 1 });
    world.come("a", "shut");
    const line = world.come("line", "shut");
    world.come("free", "free");
    expect([world.takeAll(), line.isAccepted]).toEqual(["free", false]);
  });
});

describe("options", () => {
  test.each([
    [{ workers: 2.5 }, "Expected `workers` to be a whole number, got 2.5 (number)"],
    [{ period: "1s" }, 'Expected `period` to be a finite number of ms, got "1s" (string)'],
    [{ spread: 1 }, "Expected `spread` to be a boolean, got 1 (number)"],
    [{ queueSize: Infinity }, "Expected `queueSize` to be a whole number, got Infinity (number)"],
    [{ limits: {} }, "Expected `limits` to be a function, got an object"],
    [{ hold: true }, "Expected `hold` to be a function or false, got true (boolean)"],
    [{ maxHold: Number.NaN }, "Expected `maxHold` to be a finite number of ms, got NaN (number)"],
    [{ gate: 5 }, "Expected `gate` to be a function, got 5 (number)"],
    ["fast", 'Expected `options` to be an object, got "fast" (string)'],
  ])("%j are none", (options, message) => {
    expect(() => lanes(options as never)).toThrow(new TypeError(message));
  });

  test("numbers of 0 or less mean the default", () => {
    const world = new World({ workers: 0, period: -1, queueSize: -3 }, { workers: 3, queueSize: 4 });
    world.come("a");
    expect([world.backlog.lanes().get("")?.workers, world.takeAll()]).toEqual([3, "a"]);
    world.endAll();
    expect(world.backlog.lanes().size).toBe(0);
  });

  test("one set of lanes serves several pools, each with its own", () => {
    const shared = lanes();
    const [one, two] = [new World(), new World()];
    const [a, b] = [shared.backlog(one.host), shared.backlog(two.host)];
    expect(a).not.toBe(b);
  });
});
