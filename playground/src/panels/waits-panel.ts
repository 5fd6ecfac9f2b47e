import { make, say } from "../page/element.ts";
import { type Reason, REASONS } from "../scene/reasons.ts";
import type { Scene } from "../scene/scene.ts";
import type { Settings } from "../settings/settings.ts";
import { mainReason, reasonsFor, WAITS_FOR, waitsOf, whyIn } from "./wait-words.ts";

/** ms of real time between two changes of it, unless somebody has pressed something: it is there to be read. */
const EVERY = 1000;

interface ShareRow {
  readonly row: HTMLElement;
  readonly bar: HTMLElement;
  readonly share: HTMLElement;
}

/** Why tasks waited over the time that the pictures show: the main reason in a sentence, and the shares of all. */
export class WaitsPanel {
  readonly #why: HTMLElement;
  readonly #mean: HTMLElement;
  readonly #rows = new Map<Reason, ShareRow>();
  #possible: ReadonlySet<Reason> = new Set();
  #main: Reason | undefined;
  #drawnAt = -Infinity;

  constructor(why: HTMLElement, mean: HTMLElement, list: HTMLElement) {
    this.#why = why;
    this.#mean = mean;
    for (const reason of REASONS) {
      const bar = make("span", { className: "wait-bar" });
      const share = make("b", {}, "0 %");
      const row = make("li", { hidden: true }, make("span", {}, WAITS_FOR[reason]), share, bar);
      row.dataset["reason"] = reason;
      this.#rows.set(reason, { row, bar, share });
      list.append(row);
    }
  }

  /** Makes room for what there may be to wait for with these settings, before anything has. */
  show(settings: Settings): void {
    this.#possible = new Set(reasonsFor(settings));
    for (const [reason, { row }] of this.#rows) row.hidden = !this.#possible.has(reason);
  }

  /** Forgets the scene that is over. */
  clear(): void {
    this.#main = undefined;
    this.#drawnAt = -Infinity;
  }

  /** @param now Somebody has pressed something: what comes of it is to be seen now. */
  draw({ lives, pool, clock }: Scene, settings: Settings, now: boolean): void {
    const stamp = performance.now();
    if (!now && stamp - this.#drawnAt < EVERY) return;
    this.#drawnAt = stamp;
    const at = clock.now();
    const ms = Math.min(settings.span * 1000, at);
    lives.ledger.advance(at);
    const waits = waitsOf(lives.ledger.window.since(at - ms), ms);
    this.#main = mainReason(waits, this.#main);
    const { paused, closed, waiting, running, workers } = pool;
    const isOver = closed && waiting + running === 0;
    say(this.#why, whyIn(this.#main, waits, { isPaused: paused, isOver, workers }, settings));
    say(
      this.#mean,
      `Over the last ${Math.max(1, Math.round(ms / 1000))} s, ${waits.mean.toFixed(1)} waited in the mean:`,
    );
    for (const [reason, { row, bar, share }] of this.#rows) {
      row.hidden = !this.#possible.has(reason) && waits.shares[reason] === 0;
      say(share, `${waits.shares[reason]} %`);
      bar.style.setProperty("--share", String(waits.shares[reason] / 100));
    }
  }
}
