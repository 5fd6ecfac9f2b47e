import type { Life } from "./life.ts";

/** Who stands in line: before the pool, by lane, or before that, where what is piped or mapped has not been pulled yet. */
export class SenderLines {
  readonly #all = new Set<Life>();
  readonly #doors = new Map<string, Set<Life>>();

  /** Those in line, in the order in which they came. */
  get all(): ReadonlySet<Life> {
    return this.#all;
  }

  /** One has come that the pool does not know of yet. */
  come(life: Life): void {
    this.#all.add(life);
  }

  /** One stands in line before the pool. */
  stand(life: Life): void {
    let door = this.#doors.get(life.lane);
    if (door === undefined) this.#doors.set(life.lane, (door = new Set()));
    door.add(life);
  }

  /** Who is let in next, or turned away: a lane's line is first in, first out. */
  first(lane: string): Life | undefined {
    const [first] = this.#doors.get(lane) ?? [];
    return first;
  }

  leave(life: Life): void {
    this.#all.delete(life);
    this.#doors.get(life.lane)?.delete(life);
  }
}
