import { type Group, MS, number } from "./field.ts";

/** The options of the client. */
export const pool: Group = {
  id: "pool",
  title: "Pool",
  fields: [
    number(
      "workers",
      "workers",
      "slots",
      [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100],
      "Slots: at most so many requests at once.",
      true,
    ),
    number(
      "queueSize",
      "queueSize",
      "places",
      [1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000],
      "Places in the queue. When they are taken, send waits in line and offer is refused.",
      true,
    ),
    number("period", "period", "ms", MS, "The least time between two starts of the same slot. 0: unpaced.", true),
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
