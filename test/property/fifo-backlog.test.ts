import { assert, type Command, commands, constant, integer, modelRun, nat, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { FifoBacklog } from "../../src/core/fifo-backlog.ts";
import type { Waiter } from "../../src/api/policies.ts";
import { ArrayRests } from "../support/array-rests.ts";

interface Item extends Waiter<Item> {
  readonly name: number;
  attempts: number;
}

/** A backlog as plain arrays. */
interface Model {
  readonly size: number;
  now: number;
  queue: Item[];
  line: Item[];
  /** Those that were taken and have not ended. */
  running: Item[];
  /** Those at rest, by when their rest ends. */
  rests: [item: Item, due: number][];
  /** Those whose rest has been seen to have ended. */
  returned: Item[];
  names: number;
}

const modelOf = (size: number): Model => ({
  size,
  now: 0,
  queue: [],
  line: [],
  running: [],
  rests: [],
  returned: [],
  names: 0,
});

/** Places taken by those that have run before. */
const resting = ({ rests, returned }: Readonly<Model>): number => rests.length + returned.length;

/** Whether somebody stands in line only since rests have all places. */
const isKeptOut = (model: Readonly<Model>): boolean =>
  model.line.length > 0 && resting(model) > 0 && resting(model) <= model.size;

type Step = Command<Model, FifoBacklog<Item>>;

/** Whoever comes is queued if there is room, and stands in line if not. */
class Come implements Step {
  readonly #ready: number;

  constructor(ready: number) {
    this.#ready = ready;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, backlog: FifoBacklog<Item>): void {
    const item: Item = { name: ++model.names, place: undefined, attempts: 0, previous: undefined, next: undefined };
    const hasRoom = model.line.length === 0 && model.queue.length + resting(model) < model.size + this.#ready;
    expect(backlog.hasRoom(undefined, this.#ready)).toBe(hasRoom);
    if (hasRoom) backlog.push(item);
    else backlog.standInLine(item);
    (hasRoom ? model.queue : model.line).push(item);
    expectSame(model, backlog);
  }

  toString(): string {
    return `come(${this.#ready} ready)`;
  }
}

/** One of those that take from the front. */
class Front implements Step {
  readonly #name: "take" | "admit" | "leaveFirst";

  constructor(name: "take" | "admit" | "leaveFirst") {
    this.#name = name;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, backlog: FifoBacklog<Item>): void {
    expect(backlog[this.#name](model.now)).toBe(this.#expected(model));
    expectSame(model, backlog);
  }

  #expected(model: Model): Item | undefined {
    if (this.#name === "take") return this.#taken(model);
    if (this.#name === "admit" && model.queue.length + resting(model) >= model.size) return undefined;
    const sender = model.line.shift();
    if (this.#name === "admit" && sender !== undefined) model.queue.push(sender);
    return sender;
  }

  #taken(model: Model): Item | undefined {
    const ended = model.rests.filter(([, due]) => due <= model.now).toSorted(([, one], [, other]) => one - other);
    model.rests = model.rests.filter(([, due]) => due > model.now);
    model.returned.push(...ended.map(([item]) => item));
    const item = model.returned.shift() ?? model.queue.shift();
    if (item === undefined && isKeptOut(model)) {
      const sender = model.line.shift();
      if (sender !== undefined) model.queue.push(sender);
      return sender;
    }
    if (item === undefined) return undefined;
    item.attempts++;
    model.running.push(item);
    return item;
  }

  toString(): string {
    return this.#name;
  }
}

/** Somebody goes, from anywhere. */
class Go implements Step {
  readonly #from: "queue" | "line" | "returned" | "rests";
  readonly #place: number;

  constructor(from: "queue" | "line" | "returned" | "rests", place: number) {
    this.#from = from;
    this.#place = place;
  }

  check(model: Readonly<Model>): boolean {
    return model[this.#from].length > 0;
  }

  run(model: Model, backlog: FifoBacklog<Item>): void {
    const all = model[this.#from];
    const [found] = all.splice(this.#place % all.length, 1);
    const item = Array.isArray(found) ? found[0] : found;
    if (item === undefined) throw new Error("there is somebody");
    if (this.#from === "line") backlog.leave(item);
    else backlog.remove(item);
    expect([item.previous, item.next]).toEqual([undefined, undefined]);
    expectSame(model, backlog);
  }

  toString(): string {
    return `go(${this.#from}, ${this.#place})`;
  }
}

/** One that runs is to rest, for so long. */
class Rest implements Step {
  readonly #place: number;
  readonly #ms: number;

  constructor(place: number, ms: number) {
    this.#place = place;
    this.#ms = ms;
  }

  check(model: Readonly<Model>): boolean {
    return model.running.length > 0;
  }

  run(model: Model, backlog: FifoBacklog<Item>): void {
    const [item] = model.running.splice(this.#place % model.running.length, 1) as [Item];
    const due = model.now + this.#ms;
    model.rests.push([item, due]);
    backlog.rest(item, due);
    expectSame(model, backlog);
  }

  toString(): string {
    return `rest(${this.#place}, ${this.#ms})`;
  }
}

/** Time goes on. */
class Wait implements Step {
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, backlog: FifoBacklog<Item>): void {
    model.now += this.#ms;
    expectSame(model, backlog);
  }

  toString(): string {
    return `wait(${this.#ms})`;
  }
}

function expectSame(model: Model, backlog: FifoBacklog<Item>): void {
  const { size, now, queue, line, returned, rests } = model;
  expect([backlog.waiting, backlog.senders]).toEqual([Math.min(queue.length, size) + resting(model), line.length]);
  const due = backlog.due();
  if (queue.length + returned.length > 0 || isKeptOut(model)) expect(due).toBeLessThanOrEqual(now);
  else expect(due).toBe(Math.min(Number.POSITIVE_INFINITY, ...rests.map(([, end]) => end)));
}

const steps = commands(
  [
    nat(2).map((ready) => new Come(ready)),
    constant(new Front("take")),
    constant(new Front("admit")),
    constant(new Front("leaveFirst")),
    nat(9).map((place) => new Go("queue", place)),
    nat(9).map((place) => new Go("line", place)),
    nat(9).map((place) => new Go("rests", place)),
    nat(9).map((place) => new Go("returned", place)),
    tuple(nat(9), nat(3)).map(([place, ms]) => new Rest(place, ms)),
    nat(3).map((ms) => new Wait(ms)),
  ],
  { maxCommands: 60 },
);

const backlogOf = (size: number): FifoBacklog<Item> => new FifoBacklog<Item>(size, new ArrayRests<Item>());

test("a backlog does what plain arrays do, whoever comes, goes and rests", () => {
  assert(
    property(integer({ min: 1, max: 5 }), steps, (size, taken) => {
      modelRun(() => ({ model: modelOf(size), real: backlogOf(size) }), taken);
    }),
    { numRuns: 500 },
  );
});

test("what a backlog holds comes out in order: what has run before, then what never has", () => {
  assert(
    property(integer({ min: 1, max: 5 }), steps, (size, taken) => {
      const model = modelOf(size);
      const backlog = backlogOf(size);
      modelRun(() => ({ model, real: backlog }), taken);
      const out = new Set<number>();
      const take = (): Item | undefined => backlog.take(Number.MAX_SAFE_INTEGER);
      // One out of the line is only let in by that, and comes out the next time.
      for (let item = take(); item !== undefined; item = take()) out.add(item.name);
      for (let item = backlog.leaveFirst(); item !== undefined; item = backlog.leaveFirst()) out.add(item.name);
      const ended = model.rests.toSorted(([, one], [, other]) => one - other).map(([item]) => item);
      const fresh = [...model.queue, ...model.line].map(({ name }) => name);
      expect([...out]).toEqual([...[...model.returned, ...ended].map(({ name }) => name), ...fresh]);
      expect(fresh).toEqual(fresh.toSorted((one, other) => one - other));
    }),
    { numRuns: 500 },
  );
});

test("a backlog can be emptied of all that it holds, wherever that is", () => {
  assert(
    property(integer({ min: 1, max: 5 }), steps, (size, taken) => {
      const model = modelOf(size);
      const backlog = backlogOf(size);
      modelRun(() => ({ model, real: backlog }), taken);
      const out = new Set<Item>();
      for (let item = backlog.removeFirst(); item !== undefined; item = backlog.removeFirst()) out.add(item);
      expect(out).toEqual(new Set([...model.queue, ...model.returned, ...model.rests.map(([item]) => item)]));
      expect([backlog.waiting, backlog.senders]).toEqual([0, model.line.length]);
    }),
    { numRuns: 200 },
  );
});
