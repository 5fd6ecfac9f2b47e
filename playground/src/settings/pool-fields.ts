import { type Group, MS, number, SLOTS } from "./field.ts";

/** The options of the client. */
export const pool: Group = {
  id: "pool",
  title: "Pool",
  fields: [
    {
      kind: "choice",
      key: "slots",
      label: "slots",
      choices: [
        ["fixed", "a fixed number"],
        ["tuned", "tuned: adaptive()"],
      ],
      help: "Tuned slots find out how many requests at once the server takes.",
      restarts: true,
    },
    number("workers", "workers", "slots", SLOTS, "Slots: at most so many requests at once.", true),
    number("minWorkers", "adaptive.min", "slots", SLOTS, "The fewest slots, when they are tuned.", true),
    number("maxWorkers", "adaptive.max", "slots", SLOTS, "The most of them. Less than min means min.", true),
    number(
      "queueSize",
      "queueSize",
      "places",
      [1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000],
      "Places in the queue. When they are taken, send waits in line and offer is refused.",
      true,
    ),
    number("period", "period", "ms", MS, "The least time between two starts of the same slot. 0: unpaced.", true),
    {
      kind: "switch",
      key: "spread",
      label: "spread",
      help: "Also never two starts closer than period ÷ workers: they come evenly, not all at once.",
      restarts: true,
    },
    number(
      "timeout",
      "timeout",
      "ms",
      MS,
      "The most time for a whole transaction, body and consumer included. 0: none.",
      true,
    ),
    number(
      "drainBytes",
      "drain.bytes",
      "bytes",
      [0, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576],
      "How much of an unread body is read to have its connection back. 0: it is cancelled.",
      true,
    ),
    number("drainMs", "drain.ms", "ms", [0, 25, 50, 100, 250, 500, 1000, 2000], "For how long it is read.", true),
    {
      kind: "choice",
      key: "hold",
      label: "hold",
      choices: [
        ["headers", "until the headers"],
        ["body", "until the body ends"],
      ],
      help: "Until when pool.fetch() holds its slot. The other ways in always hold it to the end.",
      restarts: true,
    },
    {
      kind: "text",
      key: "name",
      label: "name",
      placeholder: "made up if empty",
      help: "Names the pool in its events.",
      restarts: true,
    },
  ],
};

/** The options of the breaker. */
export const breaker: Group = {
  id: "breaker",
  title: "Breaker",
  fields: [
    {
      kind: "switch",
      key: "breaker",
      label: "breakerHandler",
      help: "A circuit breaker per host, around the handler.",
      restarts: true,
    },
    number(
      "threshold",
      "threshold",
      "failures",
      [0, 1, 2, 3, 5, 8, 10, 20, 50],
      "So many failures in a row open it. 0: never.",
      true,
    ),
    number("breakerTimeout", "timeout", "ms", MS, "Headers later than this count as a failure. 0: none.", true),
    {
      kind: "switch",
      key: "tripOnStatus",
      label: "tripOn: status ≥ 500",
      help: "Such a response counts as a failure too.",
      restarts: true,
    },
  ],
};
