import type { Scene } from "./scene.ts";
import type { Circuits, LaneStanding } from "./standing.ts";
import { type Stations, stationsOf } from "./stations.ts";
import type { Tally, Troubles } from "./tally.ts";
import type { Rest, TrackSource } from "./track.ts";

/** How a scene stands at one moment, now or before, in figures. */
export interface Figures {
  readonly at: number;
  /** Senders in line, and what has not been pulled yet. */
  readonly line: number;
  readonly waiting: number;
  /** Of those, how many have failed before. */
  readonly retrying: number;
  readonly running: number;
  /** Slots that there are. */
  readonly workers: number;
  readonly open: number;
  readonly tally: Readonly<Tally>;
  readonly troubles: Readonly<Troubles>;
  /** The lanes by name. None in a pool without lanes. */
  readonly lanes: readonly LaneStanding[];
  /** undefined without a breaker. */
  readonly circuits: Circuits | undefined;
}

/** The same with its slots, for figures and pictures that must not contradict each other. */
export interface Snapshot extends Figures {
  /** The slots that are taken, and whether the headers have come. */
  readonly slots: readonly { readonly slot: number; readonly didAnswer: boolean }[];
  readonly rests: readonly Rest[];
  readonly stations: Stations;
}

/** Looks at a scene. */
export function snapshotOf(scene: Scene): Snapshot {
  return { ...figuresOf(scene), ...slotsOf(scene.recorder, scene.clock.now()), stations: stationsOf(scene) };
}

/** The slots of the tracks that are under way, and those at rest at a time. */
export function slotsOf(tracks: TrackSource, at: number): Pick<Snapshot, "slots" | "rests"> {
  return {
    slots: Array.from(tracks.live(), ({ track, headersAt }) => ({ slot: track, didAnswer: headersAt !== undefined })),
    rests: [...tracks.resting()].filter(({ to }) => to > at),
  };
}

/** Looks at a scene, but for its slots. */
export function figuresOf(scene: Scene): Figures {
  const { pool, door, recorder, clock, breaker } = scene;
  return {
    at: clock.now(),
    line: pool.senders + door.backlog,
    waiting: pool.waiting,
    retrying: recorder.retrying.size,
    running: pool.running,
    workers: pool.workers,
    open: scene.open,
    tally: { ...recorder.tally },
    troubles: { ...recorder.troubles },
    lanes: lanesOf(scene),
    circuits: breaker?.states(),
  };
}

function lanesOf({ lanes, pool }: Scene): LaneStanding[] {
  if (lanes === undefined) return [];
  const states = pool.lanes();
  return lanes.lanes.map(({ name, started, retried }) => {
    const { senders = 0, waiting = 0, running = 0, workers, heldMs = 0 } = states.get(name) ?? {};
    return { name, senders, waiting, running, workers, heldMs, started, retried };
  });
}
