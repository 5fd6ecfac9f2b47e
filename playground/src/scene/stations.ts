import type { Life } from "./life.ts";
import type { Scene } from "./scene.ts";

/** Who is where at one moment, in the order in which the pictures show them. */
export interface Stations {
  readonly line: readonly Life[];
  /** Those that have failed before last. */
  readonly queue: readonly Life[];
  /** By the number of the slot. */
  readonly slots: ReadonlyMap<number, Life>;
  /** Whose connections are open, as far as the server tells. */
  readonly server: readonly (Life | undefined)[];
}

/** More than this at one station are not told apart. */
const MOST = 600;

/** Looks who is where. */
export function stationsOf({ lives, recorder, connections }: Scene): Stations {
  const slots = new Map<number, Life>();
  for (const { id, track } of recorder.live()) {
    const life = lives.byId(id);
    if (life !== undefined) slots.set(track, life);
  }
  const server =
    connections === undefined ? [...slots.values()] : first(connections).map((number) => lives.byNumber(number));
  const queue = [...lives.queue];
  const waiting = [...queue.filter((life) => !isBack(life)), ...queue.filter(isBack)];
  return { line: first(lives.line), queue: first(waiting), slots, server };
}

function isBack({ stages }: Life): boolean {
  return stages.length > 1;
}

function first<Item>(items: Iterable<Item>): Item[] {
  const found: Item[] = [];
  for (const item of items) if (found.push(item) >= MOST) break;
  return found;
}
