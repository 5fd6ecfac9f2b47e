import type { Scene } from "../scene/scene.ts";
import type { Snapshot } from "../scene/snapshot.ts";
import { make, say } from "../page/element.ts";

/** The circuit of each host. */
export class BreakerBoard {
  readonly #body: HTMLElement;
  readonly #off: HTMLElement;
  readonly #box: HTMLElement;
  readonly #rows = new Map<string, HTMLTableRowElement>();

  constructor(body: HTMLElement, off: HTMLElement, box: HTMLElement) {
    this.#body = body;
    this.#off = off;
    this.#box = box;
  }

  draw({ recorder }: Scene, { circuits: states }: Snapshot): void {
    this.#off.hidden = states !== undefined;
    this.#box.hidden = states === undefined;
    if (states === undefined) return;
    for (const host of [...recorder.origins].map(hostOf).toSorted()) {
      const { state, failures, retryAfterMs } = states.get(host) ?? { state: "closed", failures: 0, retryAfterMs: 0 };
      const cells = [
        host,
        WORDS[state],
        String(failures),
        retryAfterMs > 0 ? `${(retryAfterMs / 1000).toFixed(1)} s` : "",
      ];
      const row = this.#row(host);
      row.dataset["state"] = state;
      for (const [column, text] of cells.entries()) {
        const cell = row.cells[column];
        if (cell !== undefined) say(cell, text);
      }
    }
  }

  /** Forgets the hosts of a scene that is over. */
  clear(): void {
    this.#rows.clear();
    this.#body.replaceChildren();
  }

  #row(host: string): HTMLTableRowElement {
    let row = this.#rows.get(host);
    if (row === undefined) {
      row = make("tr", {}, make("td"), make("td"), make("td"), make("td"));
      this.#rows.set(host, row);
      const next = [...this.#rows.keys()].toSorted().find((other) => other > host);
      this.#body.insertBefore(row, next === undefined ? null : (this.#rows.get(next) ?? null));
    }
    return row;
  }
}

/** What the breaker calls the host of an origin: its port is always there. */
function hostOf(origin: string): string {
  const { hostname, port, protocol } = new URL(origin);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

const WORDS = {
  closed: "● closed: lets all through",
  open: "○ open: sends nothing",
  "half-open": "◐ half-open: one request tries it",
} as const;
