import { type Group, number, PER_CENT } from "./field.ts";

/** What the simulated server does. */
export const simulated: Group = {
  id: "simulated",
  title: "Simulated server",
  fields: [
    number(
      "latency",
      "Latency, median",
      "ms",
      [0, 5, 10, 25, 50, 100, 150, 200, 260, 400, 600, 1000, 2000, 4000, 8000],
      "From the request to the headers.",
    ),
    {
      kind: "choice",
      key: "shape",
      label: "Latency, spread",
      choices: [
        ["fixed", "none"],
        ["even", "±50 %"],
        ["tail", "a long tail"],
      ],
      help: "How it varies from one request to the next.",
    },
    {
      kind: "measured",
      key: "measured",
      label: "Measured latencies",
      help: "Paste times, or open or drop a HAR: its times until the answer was there, its share of 429 and 5xx, its sizes. It stays in this page: nothing else of it is kept.",
    },
    number("errors", "Status 500 or 503", "%", PER_CENT, "A response all the same: the pool finishes it well."),
    number("errorHosts", "Hosts with such errors", "hosts", [0, 1, 2, 3, 4, 5, 6, 8], "The last ones. 0: all of them."),
    number("resets", "Connection resets", "%", PER_CENT, "Half before the headers, half in the body."),
    number(
      "limit",
      "Limit, then 429",
      "a second",
      [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
      "Per host. 0: no limit.",
    ),
    number("limitHosts", "Hosts with that limit", "hosts", [0, 1, 2, 3, 4, 5, 6, 8], "The first ones. 0: all of them."),
    number("retryAfter", "Retry-After", "s", [0, 1, 2, 5, 10, 30], "Goes with 429; until then all are refused."),
    number(
      "capacity",
      "Capacity",
      "at once",
      [0, 1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 100],
      "Beyond so many requests at once it slows down. 0: no limit.",
    ),
    number(
      "halving",
      "Capacity halves every other",
      "s",
      [0, 5, 10, 15, 20, 30, 60],
      "For so long it is whole, for as long half. 0: it stays as it is.",
    ),
    number("body", "Body", "KB", [0, 1, 4, 8, 16, 24, 64, 128, 256, 1024], "Of an ordinary response."),
    number(
      "speed",
      "Bandwidth",
      "KB/s",
      [10, 20, 50, 100, 200, 500, 1000, 5000, 20_000],
      "Of each connection, both ways.",
    ),
    number("big", "Big bodies, 4 MB", "%", PER_CENT, "Longer than drain.bytes: cancelled unless read."),
    number(
      "endless",
      "Endless bodies",
      "%",
      PER_CENT,
      "Without a length and without an end: only timeout or the clean-up frees the slot.",
    ),
    number("hosts", "Hosts", "", [1, 2, 3, 4, 5, 6, 8], "Requests go to them in turn."),
    number("down", "Hosts that are down", "", [0, 1, 2, 3, 4, 5, 6, 8], "Each of their connections is reset at once."),
  ],
};

/** Where real requests go. */
export const real: Group = {
  id: "real",
  title: "Real fetch",
  fields: [
    {
      kind: "text",
      key: "url",
      label: "URL",
      placeholder: "https://…",
      help: "Real requests, from this browser. Empty: the dev server's own echo.",
    },
    {
      kind: "choice",
      key: "method",
      label: "Method",
      choices: [
        ["GET", "GET"],
        ["POST", "POST"],
      ],
      help: "POST sends the upload of the load as its body.",
    },
  ],
};
