import { laneLabel, type LaneHistory } from "../scene/lane-history.ts";
import type { Scene } from "../scene/scene.ts";
import type { LaneStanding } from "../scene/standing.ts";
import type { Settings } from "../settings/settings.ts";
import { make, say } from "../page/element.ts";

const COLUMNS = 7;

/** How things stand in each lane, in figures. */
export class LaneBoard {
  readonly #body: HTMLElement;
  readonly #rows = new Map<string, HTMLTableRowElement>();
  #shown: LaneHistory["lanes"] = [];

  constructor(body: HTMLElement) {
    this.#body = body;
  }

  /** @param standings A lane that is not among them had not come up yet. */
  draw({ lanes: history }: Scene, standings: readonly LaneStanding[], { laneSlots }: Settings): void {
    if (history === undefined) return;
    this.#lay(history.lanes);
    const byName = new Map(standings.map((standing) => [standing.name, standing]));
    for (const { name } of history.lanes) {
      const standing: Partial<LaneStanding> = byName.get(name) ?? {};
      const { senders = 0, waiting = 0, running = 0, workers, heldMs = 0, started = 0, retried = 0 } = standing;
      const held = heldMs > 0 ? `${(heldMs / 1000).toFixed(1)} s` : "";
      const busy = laneSlots === "tuned" && workers !== undefined ? `${running} of ${workers}` : running;
      const cells = [laneLabel(name), senders, waiting, busy, held, started, retried];
      const row = this.#rows.get(name);
      for (const [column, value] of cells.entries()) {
        const cell = row?.cells[column];
        if (cell !== undefined) say(cell, String(value));
      }
    }
  }

  /** Forgets the lanes of a scene that is over. */
  clear(): void {
    this.#rows.clear();
    this.#shown = [];
    this.#body.replaceChildren();
  }

  /** A row for each, in their order. */
  #lay(lanes: LaneHistory["lanes"]): void {
    if (lanes === this.#shown) return;
    this.#shown = lanes;
    for (const { name } of lanes) {
      if (this.#rows.has(name)) continue;
      this.#rows.set(name, make("tr", {}, ...Array.from({ length: COLUMNS }, () => make("td"))));
    }
    this.#body.replaceChildren(...lanes.flatMap(({ name }) => this.#rows.get(name) ?? []));
  }
}
