import { options } from "./option-presets.ts";
import { type Preset, preset } from "./preset.ts";
import { trades } from "./trade-presets.ts";

/** The scenes that one press sets up. */
export const PRESETS: readonly Preset[] = [
  preset(
    "first",
    "First look",
    "A burst of 22 comes every 6 seconds: four start at once, twelve find a place, the others stand in line.",
    {},
  ),
  ...options,
  ...trades,
  preset(
    "leaks",
    "Leaks",
    "Nobody reads the answers: the pool keeps to its six connections, and p-queue + fetch beside it does not.",
    {
      workers: 6,
      queueSize: 20,
      period: 500,
      timeout: 900,
      rate: 12,
      burst: 30,
      every: 10,
      reads: "nothing",
      hosts: 2,
      latency: 300,
      body: 48,
      speed: 400,
      big: 10,
      endless: 5,
      compare: "hand",
    },
  ),
  preset("full", "Full speed", "A thousand requests a second through a hundred slots: the page draws each of them.", {
    workers: 100,
    queueSize: 200,
    period: 0,
    timeout: 2000,
    rate: 1000,
    burst: 0,
    every: 0,
    hosts: 4,
    latency: 60,
    errors: 3,
    resets: 1,
    body: 4,
    speed: 1000,
    span: 5,
  }),
];
