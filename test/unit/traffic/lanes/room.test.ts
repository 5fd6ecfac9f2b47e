import { describe, expect, test } from "vitest";
import { type Item, World } from "./world.ts";

/** A world where nothing starts by itself: its slots are taken. */
function full(options: object, pool: { workers?: number; queueSize: number }): World {
  const world = new World(options, { workers: 1, ...pool });
  for (let i = 0; i < (pool.workers ?? 1); i++) world.come(`busy${i}`, `busy${i}`);
  world.takeAll();
  return world;
}

describe("room", () => {
  test("a lane takes half of the pool's places, one at least, and the others have room still", () => {
    const world = full({}, { queueSize: 5 });
    world.come("a1", "a");
    world.come("a2", "a");
    expect([world.hasRoom("a"), world.hasRoom("b")]).toEqual([false, true]);
    const tiny = full({}, { queueSize: 1 });
    expect(tiny.hasRoom("a")).toBe(true);
  });

  test("`queueSize` is how many a lane takes", () => {
    const world = full({ queueSize: 3 }, { queueSize: 4 });
    for (const name of ["a1", "a2", "a3"]) world.come(name, "a");
    expect([world.hasRoom("a"), world.hasRoom("b")]).toEqual([false, true]);
    world.come("b1", "b");
    expect(world.hasRoom("b")).toBe(false);
  });

  test("what slots take at once needs no place", () => {
    const world = new World({ queueSize: 1 }, { workers: 2, queueSize: 1 });
    world.come("a", "x");
    world.come("b", "x");
    world.come("c", "x");
    expect([world.backlog.senders, world.backlog.waiting, world.hasRoom("x"), world.hasRoom("y")]).toEqual([
      0,
      1,
      false,
      false,
    ]);
  });

  test("of a lane that may start less than the pool, less is taken at once", () => {
    const world = new World({ queueSize: 1, workers: 1 }, { workers: 9, queueSize: 9 });
    world.come("a", "x");
    world.come("b", "x");
    expect([world.hasRoom("x"), world.backlog.lanes().get("x")?.waiting]).toEqual([false, 1]);
  });

  test("what other lanes take at once is not counted for a lane that has no place", () => {
    const world = new World({ queueSize: 1 }, { workers: 2, queueSize: 9 });
    world.come("a", "x");
    world.come("b", "y");
    // One slot for each: what is third in x keeps a place, and a fourth would want another.
    world.come("c", "x");
    expect([world.backlog.senders, world.hasRoom("x"), world.hasRoom("z")]).toEqual([0, false, true]);
  });

  test("a held lane takes nothing at once", () => {
    const world = new World({ queueSize: 1, hold: () => 500 }, { workers: 9, queueSize: 9 });
    const a = world.come("a", "x");
    world.takeAll();
    world.backlog.onResponse(a, new Response());
    world.come("b", "x");
    expect(world.hasRoom("x")).toBe(false);
    world.at(500);
    expect(world.hasRoom("x")).toBe(true);
  });

  test("with a gate, nothing is counted on to start at once", () => {
    const world = new World({ queueSize: 1, gate: () => 0 }, { workers: 9 });
    world.come("a", "x");
    expect(world.hasRoom("x")).toBe(false);
  });

  test("a lane with senders in line has no room for anybody else", () => {
    const world = full({ queueSize: 1 }, { queueSize: 9 });
    const [a] = [world.come("a", "x"), world.come("b", "x")];
    world.backlog.remove(a);
    expect(world.hasRoom("x")).toBe(false);
  });

  test("a rest takes a place, of the pool and of its lane", () => {
    const world = new World({ queueSize: 1 }, { workers: 1, queueSize: 2 });
    const a = world.come("a", "x");
    world.takeAll();
    world.backlog.rest(a, 50);
    expect([world.backlog.waiting, world.hasRoom("x"), world.hasRoom("y")]).toEqual([1, false, true]);
    world.come("b", "y");
    expect(world.hasRoom("z")).toBe(false);
  });
});

describe("the line before the door", () => {
  test("a lane that has taken its places makes its own senders wait", () => {
    const world = full({ queueSize: 1 }, { queueSize: 9 });
    for (const name of ["a", "b", "c"]) world.come(name, "x");
    world.come("d", "y");
    expect([world.backlog.senders, world.backlog.waiting]).toEqual([2, 2]);
    expect(world.admit()).toBe("");
  });

  test("a full pool lets in lanes in turn, whatever the priority, and within one the highest priority first", () => {
    const world = full({ queueSize: 9 }, { queueSize: 4 });
    const queued = ["q1", "q2", "q3", "q4"].map((name) => world.come(name, "q"));
    world.come("a1", "a");
    world.come("a2", "a");
    world.come("a3", { lane: "a", priority: 7 });
    world.come("b1", { lane: "b", priority: 9 });
    world.come("b2", { lane: "b", priority: 9 });
    const names: string[] = [];
    for (const item of queued) {
      world.backlog.remove(item);
      names.push(world.admit());
    }
    expect(names.join(" ")).toBe("a3 b1 a1 b2");
  });

  test("a lane without places of its own is passed over until one comes free", () => {
    const world = full({ queueSize: 1 }, { queueSize: 2 });
    const [a, b] = [world.come("a1", "a"), world.come("b1", "b")];
    for (const name of ["a2", "b2", "c1"]) world.come(name, name[0]);
    expect(world.admit()).toBe("");
    world.backlog.remove(b);
    expect(world.admit()).toBe("c1");
    world.backlog.remove(a);
    // b's place came free first.
    expect(world.admit()).toBe("b2");
  });

  test("who leaves the line is not let in", () => {
    const world = full({ queueSize: 1 }, { queueSize: 9 });
    const [a, b] = [world.come("a"), world.come("b")];
    world.come("c");
    world.backlog.leave(b);
    world.backlog.remove(a);
    expect([world.backlog.senders, world.admit(), world.backlog.senders]).toEqual([1, "c", 0]);
  });

  test("a task in line starts, when the pool is full of others that may not", () => {
    const world = new World({ queueSize: 2, hold: () => 500 }, { workers: 1, queueSize: 2 });
    const a = world.come("a", "held");
    world.takeAll();
    world.backlog.onResponse(a, new Response());
    world.come("b", "held");
    world.come("c", "held");
    const free = world.come("free", "free");
    expect([free.isAccepted, world.backlog.senders]).toEqual([false, 1]);
    world.end(a);
    expect([world.takeAll(), free.isAccepted, world.backlog.senders, world.backlog.waiting]).toEqual([
      "free",
      true,
      0,
      2,
    ]);
  });

  test("tasks in line whose lanes' places are all taken by rests start in turn, behind what is queued", () => {
    const world = new World({ queueSize: 1 }, { workers: 1, queueSize: 3 });
    const [x1, x2] = [world.come("x1", "x"), world.come("x2", "x"), world.come("x3", "x")];
    expect(world.takeAll()).toBe("x1");
    world.end(x1);
    // The door lets in x3.
    expect(world.takeAll()).toBe("x2");
    world.rest(x2, 1000);
    expect(world.takeAll()).toBe("x3");
    const y1 = world.come("y1", { lane: "y", priority: -1 });
    for (const name of ["x4", "x5"]) world.come(name, { lane: "x", priority: 1 });
    world.endAll();
    expect([world.backlog.senders, world.takeAll()]).toEqual([2, "y1"]);
    world.come("busy");
    world.rest(y1, 1000);
    expect(world.takeAll()).toBe("busy");
    world.come("y2", { lane: "y", priority: 2 });
    world.endAll();
    // The lane y has come up since x was let in, though nobody of its own line ever was.
    expect([world.backlog.senders, world.takeAll()]).toEqual([3, "x4"]);
    world.endAll();
    expect(world.takeAll()).toBe("y2");
  });

  test("what slots take from lines is not counted on by who comes", () => {
    const world = new World({ queueSize: 2, hold: () => 500 }, { workers: 1, queueSize: 2 });
    const a = world.come("a", "held");
    world.takeAll();
    world.backlog.onResponse(a, new Response());
    for (const name of ["b", "c"]) world.come(name, "held");
    world.come("line", "free");
    world.end(a);
    // The slot that is free will take the one in line.
    expect(world.hasRoom("other")).toBe(false);
  });
});

describe("all that waits is taken out", () => {
  test("of the queue, of rests and of the line, from all lanes", () => {
    const world = new World({ queueSize: 1 }, { workers: 3, queueSize: 3 });
    const [r] = ["r", "x", "y"].map((name) => world.come(name, name));
    world.takeAll();
    world.backlog.rest(r as Item, 10);
    for (const name of ["a1", "a2", "a3", "b1", "b2", "c1"]) world.come(name, name[0]);
    expect(emptied(() => world.backlog.removeFirst())).toEqual(["a1", "b1", "r"]);
    expect(emptied(() => world.backlog.leaveFirst())).toEqual(["a2", "a3", "b2", "c1"]);
    world.endAll();
    expect([world.backlog.waiting, world.backlog.senders, world.backlog.lanes().size]).toEqual([0, 0, 0]);
  });

  test("with what comes meanwhile, also to lanes that were looked at", () => {
    const world = full({}, { queueSize: 9 });
    world.come("a", "a");
    world.come("b", "b");
    const names = [world.backlog.removeFirst(), world.backlog.removeFirst()].map((item) => item?.name);
    world.come("c", "a");
    names.push(world.backlog.removeFirst()?.name, world.backlog.removeFirst()?.name);
    expect(names).toEqual(["a", "b", "c", undefined]);
  });
});

/** The names of all that is taken out. */
function emptied(shift: () => Item | undefined): string[] {
  const names: string[] = [];
  for (let item = shift(); item !== undefined; item = shift()) names.push(item.name);
  return names.toSorted();
}
