import { type Group, MS, number, PER_CENT } from "./field.ts";

/** What comes to the pool, and how. */
export const load: Group = {
  id: "load",
  title: "Load",
  fields: [
    {
      kind: "choice",
      key: "way",
      label: "Way in",
      choices: [
        ["send", "send: wait for a place"],
        ["offer", "offer: a place now, or no"],
        ["run", "run: wait for the result"],
        ["fetch", "fetch: a drop-in"],
        ["writable", "writable: pipe tasks in"],
        ["map", "map: over many inputs"],
      ],
      help: "How the tasks below come into the pool.",
    },
    number(
      "rate",
      "Steady rate",
      "a second",
      [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 50, 75, 100, 200, 300, 500, 1000],
      "Tasks that come one by one. 0: none.",
    ),
    number(
      "burst",
      "Burst",
      "tasks",
      [0, 1, 2, 5, 10, 16, 22, 30, 50, 100, 200, 500, 1000],
      "Tasks that come at once.",
    ),
    number(
      "every",
      "A burst every",
      "s",
      [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600],
      "0: only when you press Burst.",
    ),
    number("expiry", "Perishable after", "ms", MS, "perishableTask: not sent when its turn comes later. 0: off."),
    number("filtered", "Filtered out", "%", PER_CENT, "filteredTask: so many requests are not let through."),
    number(
      "patience",
      "Caller gives up after",
      "ms",
      MS,
      "Aborts the caller's signal, wherever the task is. 0: never.",
    ),
    {
      kind: "choice",
      key: "reads",
      label: "Consumer reads",
      choices: [
        ["all", "the whole body"],
        ["some", "the first chunk"],
        ["nothing", "nothing"],
      ],
      help: "What it leaves is the pool's to clean up.",
    },
    number("upload", "Upload", "KB", [0, 16, 64, 128, 256, 512, 1024], "The body of each request. 0: a GET."),
  ],
};
