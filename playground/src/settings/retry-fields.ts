import { type Group, number } from "./field.ts";

/** The options of the retries. */
export const retry: Group = {
  id: "retry",
  title: "Retries",
  fields: [
    {
      kind: "switch",
      key: "retry",
      label: "retry",
      help: "What fails is tried again. It rests outside the slots, and comes back ahead of the others.",
      restarts: true,
    },
    number("retryLimit", "limit", "retries", [0, 1, 2, 3, 4, 5, 8, 10], "Attempts after the first.", true),
    number(
      "retryDelay",
      "delay, the first",
      "ms",
      [0, 50, 100, 200, 300, 500, 1000, 2000, 5000],
      "Doubles with each retry. What a server asks for with Retry-After comes first.",
      true,
    ),
    {
      kind: "switch",
      key: "retryJitter",
      label: "jitter",
      help: "Anything from 0 ms to the delay, so that retries don't come all at once.",
      restarts: true,
    },
    {
      kind: "switch",
      key: "retryOnTimeout",
      label: "retryOnTimeout",
      help: "The pool's timeout is per attempt. This tries again after it.",
      restarts: true,
    },
    {
      kind: "switch",
      key: "retryBudget",
      label: "budget",
      help: "At most one retry for five first attempts, and ten in reserve: a sick server is not stormed.",
      restarts: true,
    },
  ],
};
