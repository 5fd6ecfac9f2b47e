import { type Trouble, TROUBLES } from "../scene/outcome.ts";
import type { Scene } from "../scene/scene.ts";
import type { Snapshot } from "../scene/snapshot.ts";
import { make, say } from "../page/element.ts";

const NAMES = [
  "queued",
  "full",
  "closed",
  "aborted",
  "started",
  "retried",
  "succeeded",
  "failed",
  "dropped",
  "waiting",
  "running",
] as const;

type Name = (typeof NAMES)[number];

const LABELS: Readonly<Record<Name, string>> = {
  queued: "queued",
  full: "refused: full",
  closed: "refused: closed",
  aborted: "refused: gave up",
  started: "started",
  retried: "of them retried",
  succeeded: "succeeded",
  failed: "failed",
  dropped: "of them dropped",
  waiting: "waiting now",
  running: "running now",
};

/** How often each thing happened, and whether the health listener says the same. */
export class Counters {
  readonly #values = new Map<Name | Trouble, HTMLElement>();
  /** Beside each trouble, its share. */
  readonly #shares = new Map<Trouble, HTMLElement>();
  readonly #check: HTMLElement;

  constructor(list: HTMLElement, check: HTMLElement) {
    this.#check = check;
    for (const name of NAMES) {
      const value = make("dd", { id: `count-${name}` }, "0");
      this.#values.set(name, value);
      list.append(make("div", {}, make("dt", {}, LABELS[name]), value));
    }
    for (const [trouble, sign, label] of TROUBLES) {
      const value = make("dd", { id: `count-${trouble}` }, "0");
      const share = make("dd", { id: `share-${trouble}`, className: "share" }, "0 %");
      this.#values.set(trouble, value);
      this.#shares.set(trouble, share);
      const mark = make("span", { ariaHidden: "true" }, `${sign} `);
      list.append(make("div", {}, make("dt", {}, mark, label), value, share));
    }
  }

  /** @param isPast Whether it is of a moment that has passed: the health listener tells of now alone. */
  draw({ health }: Scene, { tally, troubles, waiting, running }: Snapshot, isPast: boolean): void {
    const counts: Record<Name, number> = { ...tally, waiting, running };
    for (const name of NAMES) {
      const value = this.#values.get(name);
      if (value !== undefined) say(value, String(counts[name]));
    }
    // Of what came to an end, in one way or the other: attempts that are tried again count too.
    const ended = tally.retried + tally.succeeded + tally.failed - tally.dropped;
    for (const [trouble, value] of Object.entries(troubles) as [Trouble, number][]) {
      const [cell, share] = [this.#values.get(trouble), this.#shares.get(trouble)];
      if (cell !== undefined) say(cell, String(value));
      if (share !== undefined) say(share, percent(value, ended));
    }
    if (isPast) return say(this.#check, "As they stood then. The health listener tells of now alone.");
    const report = health.report();
    const doAgree =
      report.TotalNotificationsQueued === tally.queued &&
      report.TotalNotificationsRejected === tally.full + tally.closed + tally.aborted &&
      report.TotalNotificationsSucceeded === tally.succeeded &&
      report.TotalNotificationsFailed === tally.failed;
    say(
      this.#check,
      `${doAgree ? "✓ The health listener counts the same" : "✗ The health listener counts otherwise"}: ${report.TotalNotificationsQueued} queued, ${report.TotalNotificationsRejected} rejected, ${report.TotalNotificationsSucceeded} succeeded, ${report.TotalNotificationsFailed} failed.`,
    );
  }
}

/** A share; what is there at all is never shown as nothing. */
function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "0 %";
  const share = (100 * part) / whole;
  return share < 0.1 ? "< 0.1 %" : `${share.toFixed(share < 10 ? 1 : 0)} %`;
}
