import type { Waiter } from "../../api/policies.ts";
import type { Lane } from "./lane.ts";
import type { Rota } from "./rota.ts";

/** Tasks that one more would make too many, of the pool's places and of its lane's. Less than 1: there is room. */
export interface Excess {
  readonly pool: number;
  readonly lane: number;
}

/**
 * Whether slots take so many tasks at once that one more in a lane finds room: what a slot takes at once needs no place.
 *
 * @param ready Slots of the pool that may start a task now.
 * @param hasSenders Whether anybody is in line before any lane's door.
 */
export function isTakenAtOnce<Item extends Waiter<Item>>(
  lane: Lane<Item>,
  excess: Excess,
  ready: number,
  rota: Rota<Item>,
  hasSenders: boolean,
  now: number,
): boolean {
  const own = lane.ready(now, lane.queue.length + 1);
  // What slots may take of other lanes: of their queues, and of those in line.
  let queued = 0;
  let inLine = 0;
  for (const other of rota.ready()) {
    if (inLine >= ready || (queued >= ready && !hasSenders)) break;
    if (other === lane) continue;
    const all = other.ready(now, other.queue.length + other.senders);
    const first = Math.min(all, other.queue.length);
    queued += first;
    inLine += all - first;
  }
  const left = ready - inLine;
  return excess.pool <= Math.min(left, queued + own) && excess.lane <= Math.max(0, Math.min(left - queued, own));
}
