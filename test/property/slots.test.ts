import { assert, type Command, commands, constant, constantFrom, integer, modelRun, nat, property } from "fast-check";
import { expect, test } from "vitest";
import { type Slot, Slots } from "../../src/core/slots.ts";

/** What is known of slots from outside: when each has started, and which are taken. */
interface Model {
  readonly workers: number;
  readonly period: number;
  now: number;
  lastOccupant: number;
  readonly starts: Map<number, number>;
  readonly taken: Slot<number>[];
}

type Step = Command<Model, Slots<number>>;

/** When each free slot may start, those that have never started included. */
function dues({ workers, period, starts, taken }: Model): number[] {
  return Array.from({ length: workers }, (_, number) => number)
    .filter((number) => !taken.some((slot) => slot.number === number))
    .map((number) =>
      period === 0 ? Number.NEGATIVE_INFINITY : (starts.get(number) ?? Number.NEGATIVE_INFINITY) + period,
    );
}

function expectSame(model: Model, slots: Slots<number>): void {
  const free = dues(model);
  expect(slots.taken).toBe(model.taken.length);
  expect(slots.due).toBe(Math.min(Number.POSITIVE_INFINITY, ...free));
  expect(slots.ready(model.now)).toBe(free.filter((due) => due <= model.now).length);
  const occupants = model.taken.map(({ occupant }) => occupant);
  expect(new Set(slots.occupants())).toEqual(new Set(occupants));
}

const take: Step = {
  check: (model) => dues(model).some((due) => due <= model.now),
  run: (model, slots) => {
    const soonest = Math.min(...dues(model));
    const slot = slots.take(model.now);
    const { starts, taken, now, period, workers } = model;
    expect(slot.number).toBeLessThan(workers);
    expect(taken).not.toContain(slot);
    if (period > 0) {
      const lastStart = starts.get(slot.number) ?? Number.NEGATIVE_INFINITY;
      expect(now - lastStart).toBeGreaterThanOrEqual(period);
      expect(lastStart + period).toBe(soonest);
    }
    slot.occupant = ++model.lastOccupant;
    starts.set(slot.number, now);
    taken.push(slot);
    expectSame(model, slots);
  },
  toString: () => "take",
};

class Release implements Step {
  readonly #place: number;

  constructor(place: number) {
    this.#place = place;
  }

  check({ taken }: Readonly<Model>): boolean {
    return taken.length > 0;
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

/** Listeners of the start take their time, which counts too. */
class Linger implements Step {
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
  }

  check({ taken, period }: Readonly<Model>): boolean {
    return taken.length > 0 && period > 0;
  }

  run(model: Model, slots: Slots<number>): void {
    const slot = model.taken.at(-1);
    if (slot === undefined) throw new Error("one is taken");
    model.now += this.#ms;
    slot.due = model.now + model.period;
    model.starts.set(slot.number, model.now);
    expectSame(model, slots);
  }

  toString(): string {
    return `linger(${this.#ms})`;
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

const steps = commands(
  [
    constant(take),
    nat(9).map((place) => new Release(place)),
    nat(30).map((ms) => new Pass(ms)),
    nat(5).map((ms) => new Linger(ms)),
  ],
  { maxCommands: 60 },
);

test("slots start no sooner than their period allows, the soonest first, and none is lost", () => {
  assert(
    property(integer({ min: 1, max: 4 }), constantFrom(0, 1, 10, 25), steps, (workers, period, taken) => {
      modelRun(
        () => ({
          model: { workers, period, now: 0, lastOccupant: 0, starts: new Map(), taken: [] },
          real: new Slots<number>({ workers, period, spread: false }),
        }),
        taken,
      );
    }),
    { numRuns: 1000 },
  );
});
