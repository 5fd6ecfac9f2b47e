import type { Point } from "../advice/grid.ts";
import type { Trier } from "../advice/survey.ts";
import type { Figures } from "../advice/trial.ts";
import type { TrialOrder, TrialResult } from "../advice/worker.ts";
import type { Settings } from "../settings/settings.ts";

/** More than these gain nothing: the page wants a processor too. */
const MOST_WORKERS = 4;

/** Workers of the browser that try points, one after the other each. */
export interface Crew {
  readonly triers: readonly Trier[];
  /** Ends them, wherever they are. What they were asked for is never answered. */
  stop(): void;
}

/** Starts as many Workers as there are processors. @param settingsFor The settings with the pool of a point. */
export function startCrew(url: string, tasks: number, settingsFor: (point: Point) => Settings): Crew {
  const workers = Array.from(
    { length: Math.min(navigator.hardwareConcurrency, MOST_WORKERS) },
    () => new Worker(url, { type: "module" }),
  );
  return {
    triers: workers.map((worker) => (point) => ask(worker, { settings: settingsFor(point), tasks })),
    stop: () => {
      for (const worker of workers) worker.terminate();
    },
  };
}

function ask(worker: Worker, order: TrialOrder): Promise<Figures> {
  return new Promise((resolve, reject) => {
    worker.addEventListener(
      "message",
      ({ data }: MessageEvent<TrialResult>) => {
        if ("figures" in data) resolve(data.figures);
        else reject(new Error(data.error));
      },
      { once: true },
    );
    // It could not be loaded, or failed where nobody caught it.
    worker.addEventListener("error", ({ message }) => reject(new Error(message || "The Worker could not be started")), {
      once: true,
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a Worker has none to name
    worker.postMessage(order);
  });
}
