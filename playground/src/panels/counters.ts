import type { Scene } from "../scene/scene.ts";
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
  readonly #values = new Map<Name, HTMLElement>();
  readonly #check: HTMLElement;

  constructor(list: HTMLElement, check: HTMLElement) {
    this.#check = check;
    for (const name of NAMES) {
      const value = make("dd", { id: `count-${name}` }, "0");
      this.#values.set(name, value);
      list.append(make("div", {}, make("dt", {}, LABELS[name]), value));
    }
  }

  draw({ recorder, pool, health }: Scene): void {
    const { tally } = recorder;
    const counts: Record<Name, number> = { ...tally, waiting: pool.waiting, running: pool.running };
    for (const name of NAMES) {
      const value = this.#values.get(name);
      if (value !== undefined) say(value, String(counts[name]));
    }
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
