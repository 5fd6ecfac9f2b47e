import type { PoolEvent } from "httppool";
import { Ring } from "./ring.ts";
import { SlotLevels } from "./slot-levels.ts";

/** A time in which nothing of a lane may start. */
export interface LaneHold {
  readonly from: number;
  /** Put off when the lane is held for longer. */
  to: number;
  /** From when on it was to end when, from the first to the last that are remembered. */
  readonly ends: { readonly since: number; readonly to: number }[];
  /** Of the response that said so; undefined when a gate did. */
  readonly status: number | undefined;
}

/** From when on so many requests of a lane were under way. */
export interface LaneLevel {
  readonly at: number;
  readonly running: number;
}

/** What was heard of one lane. Times are in ms of the scene. */
export interface LanePast {
  readonly name: string;
  readonly levels: Ring<LaneLevel>;
  /** How many slots it had. */
  readonly slots: SlotLevels;
  readonly holds: Ring<LaneHold>;
  /** When attempts ended that are tried again. */
  readonly retries: Ring<number>;
  running: number;
  started: number;
  retried: number;
  lastHold: LaneHold | undefined;
}

/** Lanes that are remembered: a page shows no more. */
const LANES = 24;
const LEVELS = 20_000;
const HOLDS = 500;
const RETRIES = 2000;
/** Times that one hold was put off. */
const ENDS = 200;

/** Listens to a pool and remembers what happened in its lanes. */
export class LaneHistory {
  readonly #now: () => number;
  readonly #lanes = new Map<string, LanePast>();
  #sorted: readonly LanePast[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The lanes by name. */
  get lanes(): readonly LanePast[] {
    return this.#sorted;
  }

  /** What was heard of a lane; undefined when nothing was, or there were too many. */
  of(name: string): LanePast | undefined {
    return this.#lanes.get(name);
  }

  /** The pool's listener. */
  readonly hear = (event: PoolEvent): void => {
    if (event.lane === undefined) return;
    const lane = this.#lane(event.lane);
    if (lane === undefined) return;
    const at = this.#now();
    switch (event.type) {
      case "start":
        lane.started++;
        return step(lane, at, 1);
      case "retry":
        lane.retried++;
        lane.retries.push(at);
        return step(lane, at, -1);
      case "finish":
        return event.slot === undefined ? undefined : step(lane, at, -1);
      case "limit":
        return lane.slots.note(at, event.workers);
      case "hold":
        return hold(lane, at, at + event.ms, event.status);
      default:
    }
  };

  /** Looks at how many slots the lanes have: those of a lane that comes up have no event. */
  look(states: ReadonlyMap<string, { readonly workers: number }>): void {
    const at = this.#now();
    for (const [name, { workers }] of states) this.#lanes.get(name)?.slots.note(at, workers);
  }

  #lane(name: string): LanePast | undefined {
    const known = this.#lanes.get(name);
    if (known !== undefined || this.#lanes.size >= LANES) return known;
    const lane: LanePast = {
      name,
      levels: new Ring(LEVELS),
      slots: new SlotLevels(),
      holds: new Ring(HOLDS),
      retries: new Ring(RETRIES),
      running: 0,
      started: 0,
      retried: 0,
      lastHold: undefined,
    };
    this.#lanes.set(name, lane);
    this.#sorted = [...this.#lanes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
    return lane;
  }
}

function step(lane: LanePast, at: number, change: 1 | -1): void {
  lane.running += change;
  lane.levels.push({ at, running: lane.running });
}

function hold(lane: LanePast, from: number, to: number, status: number | undefined): void {
  const { lastHold } = lane;
  if (lastHold !== undefined && lastHold.to >= from) {
    if (to <= lastHold.to) return;
    lastHold.to = to;
    lastHold.ends.push({ since: from, to });
    if (lastHold.ends.length > ENDS) lastHold.ends.shift();
    return;
  }
  lane.lastHold = { from, to, ends: [{ since: from, to }], status };
  lane.holds.push(lane.lastHold);
}

/** When a hold was to end, as it was known at a time. */
export function endOf({ ends, to }: LaneHold, now: number): number {
  return (ends.findLast(({ since }) => since <= now) ?? ends[0])?.to ?? to;
}

/** How a lane is called on the page. */
export function laneLabel(name: string): string {
  return URL.parse(name)?.host ?? (name === "" ? "(no lane)" : name);
}
