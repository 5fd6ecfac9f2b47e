import {
  assert,
  type Command,
  commands,
  constant,
  constantFrom,
  modelRun,
  nat,
  oneof,
  property,
  tuple,
} from "fast-check";
import { expect, test } from "vitest";
import { VirtualClock } from "../../src/lab.ts";
import { type Alarm, Alarms } from "../../src/lib/alarms.ts";

/** What an alarm does when it rings, apart from ringing. */
type Deed = "nothing" | "set another" | "clear the last";

interface Kept {
  readonly number: number;
  readonly due: number;
  readonly deed: Deed;
  readonly alarm: Alarm;
}

/** The alarms that are set, in the order in which they must ring. */
interface Model {
  readonly clock: VirtualClock;
  set: Kept[];
  numbers: number;
  /** Those that have rung, and those that had to. */
  readonly rung: number[];
  readonly expected: number[];
}

type Step = Command<Model, Alarms>;

function add(model: Model, alarms: Alarms, delay: number, deed: Deed): void {
  const number = ++model.numbers;
  const due = model.clock.now() + delay;
  const alarm = alarms.set(due, () => {
    model.rung.push(number);
    expect(model.clock.now()).toBeGreaterThanOrEqual(due);
    model.set = model.set.filter((kept) => kept.number !== number);
    model.expected.push(number);
    expect(model.set.every((kept) => kept.due > due || (kept.due === due && kept.number > number))).toBe(true);
    if (deed === "set another") add(model, alarms, 3, "nothing");
    if (deed === "clear the last") clear(model, alarms, model.set.length - 1);
  });
  model.set.push({ number, due, deed, alarm });
}

function clear(model: Model, alarms: Alarms, place: number): void {
  const [kept] = model.set.splice(place, 1);
  if (kept !== undefined) alarms.clear(kept.alarm);
}

/** One timer at most, and never one that would let an alarm oversleep. */
function expectArmed({ clock, set }: Model): void {
  expect(clock.timers).toBe(set.length > 0 ? 1 : 0);
  const soonest = Math.min(...set.map(({ due }) => due));
  if (set.length > 0) expect(clock.next).toBeLessThanOrEqual(Math.max(soonest, clock.now()));
}

class SetAlarm implements Step {
  readonly #delay: number;
  readonly #deed: Deed;

  constructor(delay: number, deed: Deed) {
    this.#delay = delay;
    this.#deed = deed;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, alarms: Alarms): void {
    add(model, alarms, this.#delay, this.#deed);
    expectArmed(model);
  }

  toString(): string {
    return `set(${this.#delay}, ${this.#deed})`;
  }
}

class ClearAlarm implements Step {
  readonly #place: number;

  constructor(place: number) {
    this.#place = place;
  }

  check({ set }: Readonly<Model>): boolean {
    return set.length > 0;
  }

  run(model: Model, alarms: Alarms): void {
    clear(model, alarms, this.#place % model.set.length);
    expectArmed(model);
  }

  toString(): string {
    return `clear(${this.#place})`;
  }
}

/** The timer fires, on time, early or late. */
class Fire implements Step {
  readonly #after: number;

  constructor(after: number) {
    this.#after = after;
  }

  check({ clock }: Readonly<Model>): boolean {
    return clock.timers > 0;
  }

  run(model: Model): void {
    model.clock.jump(this.#after);
    model.clock.fireNext({ early: true });
    expect(model.rung).toEqual(model.expected);
    expect(model.set.filter(({ due }) => due <= model.clock.now())).toEqual([]);
    expectArmed(model);
  }

  toString(): string {
    return `fire(after ${this.#after})`;
  }
}

const delays = oneof(nat(50), constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 33));
const deeds = constantFrom<Deed>("nothing", "nothing", "set another", "clear the last");

const steps = commands(
  [
    tuple(delays, deeds).map(([delay, deed]) => new SetAlarm(delay, deed)),
    nat(9).map((place) => new ClearAlarm(place)),
    oneof(nat(60), constantFrom(2 ** 31, 2 ** 33)).map((ms) => new Fire(ms)),
    constant(new Fire(0)),
  ],
  { maxCommands: 50 },
);

test("alarms ring in order of their times, none early, on one timer at most", () => {
  assert(
    property(steps, (taken) => {
      const clock = new VirtualClock();
      modelRun(
        () => ({ model: { clock, set: [], numbers: 0, rung: [], expected: [] }, real: new Alarms(clock) }),
        taken,
      );
    }),
    { numRuns: 1000 },
  );
});
