import { assert, type Command, commands, constant, constantFrom, integer, modelRun, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { type Slot, Slots } from "../../src/core/slots.ts";

/** What is known of slots from outside: when each has started, and which are taken. */
interface Model {
  workers: number;
  readonly period: number;
  /** ms between two starts of any slots. */
  gap: number;
  now: number;
  /** When any slot started last; Infinity while one that is taken has not. */
  lastStart: number;
  lastOccupant: number;
  readonly starts: Map<number, number>;
  readonly taken: Slot<number>[];
  /** Taken, and about to start. */
  starting: Slot<number> | undefined;
}

type Step = Command<Model, Slots<number>>;

/** When each free slot may start, those that have never started included. None may while more are taken than there are. */
function dues({ workers, period, gap, lastStart, starts, taken }: Model): number[] {
  if (taken.length >= workers) return [];
  const soonest = gap > 0 ? lastStart + gap : Number.NEGATIVE_INFINITY;
  return Array.from({ length: workers }, (_, number) => number)
    .filter((number) => !taken.some((slot) => slot.number === number))
    .map((number) => (period === 0 ? Number.NEGATIVE_INFINITY : (starts.get(number) ?? -Infinity) + period))
    .map((due) => Math.max(due, soonest));
}

function expectSame(model: Model, slots: Slots<number>): void {
  const free = dues(model);
  const ready = Math.min(free.filter((due) => due <= model.now).length, model.workers - model.taken.length);
  expect(slots.workers).toBe(model.workers);
  expect(slots.taken).toBe(model.taken.length);
  expect(slots.due).toBe(Math.min(Number.POSITIVE_INFINITY, ...free));
  expect(slots.ready(model.now)).toBe(Math.max(0, model.gap > 0 ? Math.min(ready, 1) : ready));
  const occupants = model.taken.map(({ occupant }) => occupant);
  expect(new Set(slots.occupants())).toEqual(new Set(occupants));
}

const take: Step = {
  check: (model) => model.starting === undefined && dues(model).some((due) => due <= model.now),
  run: (model, slots) => {
    const slot = slots.take(model.now);
    const { starts, taken, now, period, workers } = model;
    expect(slot.number).toBeLessThan(workers);
    expect(taken).not.toContain(slot);
    if (period > 0) {
      const earlier = Array.from({ length: workers }, (_, number) => starts.get(number) ?? -Infinity);
      const lastStart = earlier[slot.number] ?? -Infinity;
      expect(now - lastStart).toBeGreaterThanOrEqual(period);
      const free = earlier.filter((_, number) => !taken.some((other) => other.number === number));
      expect(lastStart).toBe(Math.min(...free));
    }
    slot.occupant = ++model.lastOccupant;
    starts.set(slot.number, now);
    taken.push(slot);
    if (period > 0) model.starting = slot;
    if (model.gap > 0) model.lastStart = Number.POSITIVE_INFINITY;
    expectSame(model, slots);
  },
  toString: () => "take",
};

/** Who hears of the start may take their time, which counts too. */
class Start implements Step {
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
  }

  check({ starting, period }: Readonly<Model>): boolean {
    return starting !== undefined && period > 0;
  }

  run(model: Model, slots: Slots<number>): void {
    const slot = model.starting;
    if (slot === undefined) throw new Error("one is starting");
    model.now += this.#ms;
    slots.start(slot, model.now);
    model.starting = undefined;
    model.starts.set(slot.number, model.now);
    model.lastStart = model.now;
    expectSame(model, slots);
  }

  toString(): string {
    return `start(after ${this.#ms})`;
  }
}

class Release implements Step {
  readonly #place: number;

  constructor(place: number) {
    this.#place = place;
  }

  check({ taken, starting }: Readonly<Model>): boolean {
    return taken.length > 0 && starting === undefined;
  }

  run(model: Model, slots: Slots<number>): void {
    const [slot] = model.taken.splice(this.#place % model.taken.length, 1);
    if (slot !== undefined) slots.release(slot);
    expectSame(model, slots);
  }

  toString(): string {
    return `release(${this.#place})`;
  }
}

class Pass implements Step {
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, slots: Slots<number>): void {
    model.now += this.#ms;
    expectSame(model, slots);
  }

  toString(): string {
    return `pass(${this.#ms})`;
  }
}

class Resize implements Step {
  readonly #workers: number;

  constructor(workers: number) {
    this.#workers = workers;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, slots: Slots<number>): void {
    model.workers = this.#workers;
    if (model.gap > 0) model.gap = model.period / this.#workers;
    slots.resize(this.#workers);
    expectSame(model, slots);
  }

  toString(): string {
    return `resize(${this.#workers})`;
  }
}

const steps = commands(
  [
    constant(take),
    nat(5).map((ms) => new Start(ms)),
    nat(9).map((place) => new Release(place)),
    nat(30).map((ms) => new Pass(ms)),
    integer({ min: 1, max: 6 }).map((workers) => new Resize(workers)),
  ],
  { maxCommands: 60 },
);

test.each([
  ["the soonest first", false],
  ["spread: never two starts closer than a slot's share of it, and no catch-up after idling", true],
])("slots start no sooner than their period allows, and none is lost, however many there are; %s", (_, spread) => {
  assert(
    property(integer({ min: 1, max: 4 }), constantFrom(0, 1, 12, 25), steps, (workers, period, taken) => {
      const model: Model = {
        workers,
        period,
        gap: spread ? period / workers : 0,
        now: 0,
        lastStart: Number.NEGATIVE_INFINITY,
        lastOccupant: 0,
        starts: new Map(),
        taken: [],
        starting: undefined,
      };
      modelRun(() => ({ model, real: new Slots<number>({ workers, period, spread }) }), taken);
    }),
    { numRuns: 500 },
  );
});
