import type { Settings } from "./settings.ts";

/** One change of a preset, after which something else is to be seen. */
export interface Try {
  /** What the button says. */
  readonly label: string;
  /** What one will see then, in one sentence. */
  readonly watch: string;
  readonly change: Partial<Settings>;
}

/** What to try in a preset, by its id. */
export const TRIES: ReadonlyMap<string, Try> = new Map<string, Try>([
  [
    "first",
    {
      label: "Try it without a pace",
      watch: "No slot rests any more: each starts again as soon as it is free, and fewer senders stand in line.",
      change: { period: 0 },
    },
  ],
  [
    "lanes",
    {
      label: "Try it without lanes",
      watch: "Nothing is held: a.example is asked again and again, and most of what it answers is 429.",
      change: { lanes: "none" },
    },
  ],
  [
    "retries",
    {
      label: "Try it without a budget",
      watch: "Each error is tried again up to three times: the sick server gets nearly two requests for each task.",
      change: { retryBudget: false },
    },
  ],
  [
    "tuned",
    {
      label: "Try 24 fixed slots",
      watch: "All 24 are busy all the time: that is more than the server takes at once, so every answer is slower.",
      change: { slots: "fixed", workers: 24 },
    },
  ],
  [
    "spread",
    {
      label: "Try it without spread",
      watch: "Six start at the same moment, then none for a while: the server sees a burst, and says 429.",
      change: { spread: false },
    },
  ],
  [
    "webhooks",
    {
      label: "Try it without a breaker",
      watch: "Each delivery to the host that is down is sent, and fails.",
      change: { breaker: false },
    },
  ],
  [
    "crawler",
    {
      label: "Try it without a pace",
      watch: "Two slots take page after page, as fast as the hosts answer.",
      change: { period: 0 },
    },
  ],
  [
    "llm",
    {
      label: "Try the pace that it allows",
      watch: "Six slots, each starting once in 1.6 s, spread: 3.75 a second, and no 429.",
      change: { period: 1600, spread: true },
    },
  ],
  [
    "edge",
    {
      label: "Try a queue of 50",
      watch: "Nobody is refused: some more are answered, and the others are too late to be sent.",
      change: { queueSize: 50 },
    },
  ],
  [
    "uploads",
    {
      label: "Try patient callers",
      watch: "Nobody gives up: what has to wait arrives all the same, only later.",
      change: { patience: 0 },
    },
  ],
  [
    "leaks",
    {
      label: "Try reading it all",
      watch: "Whoever reads every body gives most connections back: what remains open is what outlives the timeout.",
      change: { reads: "all" },
    },
  ],
  [
    "full",
    {
      label: "Try 20 slots",
      watch: "Twenty are too few for a thousand a second: the queue fills up, and senders stand in line.",
      change: { workers: 20 },
    },
  ],
]);
