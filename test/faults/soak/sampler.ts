import type { Site } from "../../../playground/demo/site/site.ts";
import { collect } from "../../support/collector.ts";
import { listenerCount } from "../../support/listener-count.ts";
import type { Mayhem } from "./mayhem.ts";
import type { Series } from "./trend.ts";

const MEBIBYTE = 2 ** 20;

/** What may not grow, and by how much it may nevertheless. */
const MEASURES = [
  // Five soaks of a minute ended between -0.1 and 0.8, one of ten at -0.2: a heap still warms up for a while.
  { name: "heap", unit: "MiB", floor: 2 },
  { name: "sockets", unit: "open", floor: 5 },
  { name: "timers", unit: "set", floor: 2 },
  { name: "listeners", unit: "on a signal", floor: 2 },
] as const;

/** Measures a process at rest, after a garbage collection. */
export class Sampler {
  readonly #mayhem: Mayhem;
  readonly #startedAt = performance.now();
  readonly #samples: (readonly [minute: number, values: readonly number[]])[] = [];

  constructor(mayhem: Mayhem) {
    this.#mayhem = mayhem;
  }

  /** @returns What was measured, in a line. */
  async take(site: Site): Promise<string> {
    await collect();
    const { open } = await site.tally();
    const values = [
      process.memoryUsage().heapUsed / MEBIBYTE,
      open,
      process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length,
      listenerCount(this.#mayhem.signal),
    ];
    const minute = (performance.now() - this.#startedAt) / 60_000;
    this.#samples.push([minute, values]);
    const figures = MEASURES.map(({ name, unit }, index) => `${name} ${(values[index] ?? 0).toFixed(1)} ${unit}`);
    return `${minute.toFixed(1)} min: ${figures.join(", ")}, ${this.#mayhem.finished} tasks`;
  }

  series(): Series[] {
    return MEASURES.map(({ name, unit, floor }, index) => ({
      name,
      unit,
      floor,
      points: this.#samples.map(([minute, values]) => [minute, values[index] ?? 0] as const),
    }));
  }
}
