import { assert, type Command, commands, constant, integer, modelRun, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { Backlog } from "../../src/core/backlog.ts";
import type { Linked } from "../../src/lib/line.ts";

interface Item extends Linked<Item> {
  readonly name: number;
}

/** A backlog as two plain arrays. */
interface Model {
  readonly size: number;
  queue: Item[];
  line: Item[];
  names: number;
}

type Step = Command<Model, Backlog<Item>>;

/** Whoever comes is queued if there is room, and stands in line if not. */
class Come implements Step {
  readonly #ready: number;

  constructor(ready: number) {
    this.#ready = ready;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, backlog: Backlog<Item>): void {
    const item: Item = { name: ++model.names, previous: undefined, next: undefined };
    const hasRoom = model.line.length === 0 && model.queue.length < model.size + this.#ready;
    expect(backlog.hasRoom(this.#ready)).toBe(hasRoom);
    if (hasRoom) backlog.push(item);
    else backlog.senders.push(item);
    (hasRoom ? model.queue : model.line).push(item);
    expectSame(model, backlog);
  }

  toString(): string {
    return `come(${this.#ready} ready)`;
  }
}

/** One of those that take from the front. */
class Front implements Step {
  readonly #name: "take" | "admit" | "leave";

  constructor(name: "take" | "admit" | "leave") {
    this.#name = name;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, backlog: Backlog<Item>): void {
    const taken = this.#name === "leave" ? backlog.senders.shift() : backlog[this.#name]();
    expect(taken).toBe(this.#expected(model));
    expectSame(model, backlog);
  }

  #expected(model: Model): Item | undefined {
    if (this.#name === "take") return model.queue.shift();
    if (this.#name === "admit" && model.queue.length >= model.size) return undefined;
    const sender = model.line.shift();
    if (this.#name === "admit" && sender !== undefined) model.queue.push(sender);
    return sender;
  }

  toString(): string {
    return this.#name;
  }
}

/** Somebody goes, from anywhere. */
class Go implements Step {
  readonly #from: "queue" | "line";
  readonly #place: number;

  constructor(from: "queue" | "line", place: number) {
    this.#from = from;
    this.#place = place;
  }

  check(model: Readonly<Model>): boolean {
    return model[this.#from].length > 0;
  }

  run(model: Model, backlog: Backlog<Item>): void {
    const line = model[this.#from];
    const [item] = line.splice(this.#place % line.length, 1);
    if (item === undefined) throw new Error("there is somebody");
    if (this.#from === "queue") backlog.remove(item);
    else backlog.senders.remove(item);
    expect([item.previous, item.next]).toEqual([undefined, undefined]);
    expectSame(model, backlog);
  }

  toString(): string {
    return `go(${this.#from}, ${this.#place})`;
  }
}

function expectSame({ size, queue, line }: Model, backlog: Backlog<Item>): void {
  expect([backlog.isEmpty, backlog.waiting, backlog.senders.length]).toEqual([
    queue.length === 0,
    Math.min(queue.length, size),
    line.length,
  ]);
}

const steps = commands(
  [
    nat(2).map((ready) => new Come(ready)),
    constant(new Front("take")),
    constant(new Front("admit")),
    constant(new Front("leave")),
    nat(9).map((place) => new Go("queue", place)),
    nat(9).map((place) => new Go("line", place)),
  ],
  { maxCommands: 60 },
);

test("a backlog does what two arrays do, whoever comes and goes", () => {
  assert(
    property(integer({ min: 1, max: 5 }), steps, (size, taken) => {
      modelRun(() => ({ model: { size, queue: [], line: [], names: 0 }, real: new Backlog<Item>(size) }), taken);
    }),
    { numRuns: 500 },
  );
});

test("what a backlog holds comes out in the order in which it came in", () => {
  assert(
    property(integer({ min: 1, max: 5 }), steps, (size, taken) => {
      const model: Model = { size, queue: [], line: [], names: 0 };
      const backlog = new Backlog<Item>(size);
      modelRun(() => ({ model, real: backlog }), taken);
      const out: number[] = [];
      for (let item = backlog.take(); item !== undefined; item = backlog.take()) out.push(item.name);
      for (let item = backlog.senders.shift(); item !== undefined; item = backlog.senders.shift()) out.push(item.name);
      expect(out).toEqual([...model.queue, ...model.line].map(({ name }) => name));
      expect(out).toEqual(out.toSorted((one, other) => one - other));
    }),
    { numRuns: 500 },
  );
});
