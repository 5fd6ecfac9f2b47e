import type { CircuitState } from "httppool/breaker";
import { Chronicle, type Entry } from "./chronicle.ts";
import { PastTracks } from "./past-tracks.ts";
import type { Scene } from "./scene.ts";
import type { Life } from "./life.ts";
import { Series } from "./series.ts";
import { figuresOf, type Snapshot, slotsOf } from "./snapshot.ts";
import type { Circuits, LaneStanding } from "./standing.ts";
import type { Stations } from "./stations.ts";
import { noTally, noTroubles } from "./tally.ts";

/** Changes that are remembered: of the pool, and of each lane and each circuit. */
const CHANGES = 24_000;
/** Lanes and hosts that are remembered. */
const MOST = 32;

const TALLY = Object.keys(noTally()) as (keyof Snapshot["tally"])[];
const TROUBLES = Object.keys(noTroubles()) as (keyof Snapshot["troubles"])[];
const FIGURES = ["line", "waiting", "retrying", "running", "workers", "open"] as const;
const LANE = ["senders", "waiting", "running", "workers", "heldUntil", "started", "retried"] as const;
const CIRCUIT = ["state", "failures", "retryAt"] as const;
const STATES = ["closed", "open", "half-open"] as const;

/** What a lane without anything to do has instead of a number of slots. */
const NONE = -1;

const CLOSED: CircuitState = { state: "closed", failures: 0, retryAfterMs: 0 };

/** How a scene stood at any moment, as far back as is remembered. */
export class History {
  readonly #scene: Scene;
  readonly #figures = new Chronicle([...FIGURES, ...TALLY, ...TROUBLES, "heard"], CHANGES);
  readonly #lanes = new Map<string, Chronicle<(typeof LANE)[number]>>();
  readonly #circuits = new Map<string, Chronicle<(typeof CIRCUIT)[number]>>();

  /** When it was looked for the first time. */
  #from: number | undefined;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** The earliest moment that is remembered whole, in ms of the scene. */
  begins(now: number): number {
    const { recorder, opponent } = this.#scene;
    const kept = [this.#figures, ...this.#lanes.values(), ...this.#circuits.values(), recorder, opponent?.view.history];
    return Math.max(0, now - Series.REACH, ...kept.map((each) => each?.begins ?? 0));
  }

  /** Remembers how things stand now. To be asked when all that happens at this moment has happened. */
  look(): void {
    const { at, tally, troubles, lanes, circuits, ...figures } = figuresOf(this.#scene);
    this.#from ??= at;
    this.#figures.note(at, {
      ...figures,
      ...tally,
      ...troubles,
      // What changes no figure may change a slot.
      heard: this.#scene.recorder.log.pushed,
    });
    for (const lane of lanes) {
      const heldUntil = lane.heldMs > 0 ? at + lane.heldMs : 0;
      this.#of(this.#lanes, lane.name, LANE)?.note(at, { ...lane, heldUntil, workers: lane.workers ?? NONE });
    }
    if (circuits !== undefined) this.#lookAtCircuits(circuits, at);
  }

  /** How it was at a moment. @throws {RangeError} It is forgotten. */
  at(time: number): Snapshot {
    const { recorder, breaker } = this.#scene;
    // A clock of real time has gone on a little before the first look: nothing had happened yet.
    const entry = this.#figures.at(Math.max(time, this.#from ?? time));
    if (entry === undefined) throw new RangeError(`Nothing is remembered of ${time} ms`);
    const tracks = new PastTracks(recorder, entry.since, 0);
    return {
      ...pick(entry, FIGURES),
      at: time,
      tally: pick(entry, TALLY),
      troubles: pick(entry, TROUBLES),
      // Of the change that the figures are of, and not of the little while until the next was looked at.
      ...slotsOf(tracks, time),
      stations: this.#stationsAt(tracks),
      lanes: this.#lanesAt(time),
      circuits: breaker === undefined ? undefined : this.#circuitsAt(time),
    };
  }

  /** When something happened next after a moment; Infinity: nothing has. */
  after(time: number): number {
    return this.#figures.after(time);
  }

  #lookAtCircuits(circuits: Circuits, at: number): void {
    for (const host of new Set([...circuits.keys(), ...this.#circuits.keys()])) {
      const { state, failures, retryAfterMs } = circuits.get(host) ?? CLOSED;
      const retryAt = retryAfterMs > 0 ? at + retryAfterMs : 0;
      this.#of(this.#circuits, host, CIRCUIT)?.note(at, { state: STATES.indexOf(state), failures, retryAt });
    }
  }

  /** Whose the slots were is known, but not in which order the others waited. */
  #stationsAt(tracks: PastTracks): Stations {
    const slots = new Map<number, Life>();
    for (const { id, track } of tracks.live()) {
      const life = this.#scene.lives.byId(id);
      if (life !== undefined) slots.set(track, life);
    }
    return { line: [], queue: [], slots, server: [] };
  }

  #lanesAt(time: number): LaneStanding[] {
    return (this.#scene.lanes?.lanes ?? []).flatMap(({ name }) => {
      const entry = this.#lanes.get(name)?.at(time);
      if (entry === undefined) return [];
      const { senders, waiting, running, workers, heldUntil, started, retried } = entry;
      const heldMs = Math.max(0, heldUntil - time);
      const slots = workers === NONE ? undefined : workers;
      return { name, senders, waiting, running, workers: slots, heldMs, started, retried };
    });
  }

  #circuitsAt(time: number): Circuits {
    const circuits = new Map<string, CircuitState>();
    for (const [host, chronicle] of this.#circuits) {
      const entry = chronicle.at(time);
      if (entry === undefined) continue;
      const { state, failures, retryAt } = entry;
      circuits.set(host, {
        state: STATES[state] ?? "closed",
        failures,
        retryAfterMs: Math.max(0, retryAt - time),
      });
    }
    return circuits;
  }

  #of<Name extends string>(
    all: Map<string, Chronicle<Name>>,
    name: string,
    columns: readonly Name[],
  ): Chronicle<Name> | undefined {
    let chronicle = all.get(name);
    if (chronicle === undefined && all.size < MOST) {
      chronicle = new Chronicle(columns, CHANGES);
      all.set(name, chronicle);
    }
    return chronicle;
  }
}

/** The numbers of an entry that have these names. */
function pick<Name extends string>(entry: Entry<Name>, names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, entry[name]])) as Record<Name, number>; // each of them is there
}
