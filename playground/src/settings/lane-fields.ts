import { type Group, MS, number } from "./field.ts";

/** The options of the lanes. */
export const lanes: Group = {
  id: "lanes",
  title: "Lanes",
  fields: [
    {
      kind: "choice",
      key: "lanes",
      label: "lanes",
      choices: [
        ["none", "none: one queue for all"],
        ["origin", "a lane per origin"],
      ],
      help: "With lanes, a slow or angry host does not hold up the others.",
      restarts: true,
    },
    {
      kind: "choice",
      key: "laneSlots",
      label: "slots of a lane",
      choices: [
        ["fixed", "a fixed number"],
        ["tuned", "tuned: adaptive()"],
      ],
      help: "Tuned: each lane finds out for itself how many requests at once its host takes.",
      restarts: true,
    },
    number(
      "laneWorkers",
      "workers of a lane",
      "slots",
      [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32, 50, 100],
      "Slots that one lane may have at once; the most of them, when they are tuned. 0: all of the pool's.",
      true,
    ),
    number(
      "lanePeriod",
      "period of a lane",
      "ms",
      MS,
      "Between two starts of the same slot of a lane. 0: unpaced.",
      true,
    ),
    {
      kind: "switch",
      key: "laneSpread",
      label: "spread of a lane",
      help: "Also never two starts of a lane closer than its period ÷ workers.",
      restarts: true,
    },
    number(
      "laneQueueSize",
      "queueSize of a lane",
      "places",
      [0, 1, 2, 4, 6, 8, 10, 12, 16, 20, 30, 50, 100, 200, 500],
      "Waiting places that one lane may take. 0: half of the pool's.",
      true,
    ),
    {
      kind: "switch",
      key: "laneHolds",
      label: "hold",
      help: "A 429 or 503 with Retry-After holds its lane: nothing of it starts meanwhile.",
      restarts: true,
    },
    number(
      "laneMaxHold",
      "maxHold",
      "ms",
      [500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000],
      "A longer hold counts as so long.",
      true,
    ),
  ],
};
