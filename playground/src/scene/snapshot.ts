import type { Scene } from "./scene.ts";
import { type Stations, stationsOf } from "./stations.ts";
import type { Rest } from "./track.ts";

/** How a scene stands at one moment, for figures and pictures that must not contradict each other. */
export interface Snapshot {
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
  /** The slots that are taken, and whether the headers have come. */
  readonly slots: readonly { readonly slot: number; readonly didAnswer: boolean }[];
  readonly rests: readonly Rest[];
  readonly stations: Stations;
}

/** Looks at a scene. */
export function snapshotOf(scene: Scene): Snapshot {
  const { pool, door, recorder, clock } = scene;
  const at = clock.now();
  return {
    at,
    line: pool.senders + door.backlog,
    waiting: pool.waiting,
    retrying: recorder.retrying.size,
    running: pool.running,
    workers: pool.workers,
    open: scene.open,
    slots: Array.from(recorder.live(), ({ track, headersAt }) => ({ slot: track, didAnswer: headersAt !== undefined })),
    rests: [...recorder.resting()].filter(({ to }) => to > at),
    stations: stationsOf(scene),
  };
}
