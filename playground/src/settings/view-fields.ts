import { type Group, number } from "./field.ts";

/** What world and what time the scene is in, and what is shown of it. */
export const view: Group = {
  id: "view",
  title: "Scene",
  fields: [
    {
      kind: "choice",
      key: "world",
      label: "Send to",
      choices: [
        ["simulated", "a simulated server"],
        ["real", "a real URL"],
      ],
      help: "The simulated server lives in this page: nothing leaves it.",
      restarts: true,
    },
    {
      kind: "choice",
      key: "tempo",
      label: "Clock",
      choices: [
        ["x1", "virtual, 1×"],
        ["x10", "virtual, 10×"],
        ["step", "virtual, by steps"],
        ["real", "real time"],
      ],
      help: "A virtual clock is the pool's own clock option: the same seed gives the same scene.",
      restarts: true,
    },
    number("span", "Time shown", "s", [2, 5, 10, 20, 30, 60], "The width of the tracks."),
    number("seed", "Seed", "", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "Another seed, other luck.", true),
  ],
};
