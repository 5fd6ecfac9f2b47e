import { Client } from "httppool/lean";
import { simulate, SimulatedServer, VirtualClock } from "httppool/lab";
import { type Probe, runProbe } from "../child.ts";
import type { Row } from "../row.ts";
import { median } from "../statistics.ts";

const MOST_SECONDS = 3;

/** How long the lab takes for a simulation. */
export const simulation: Row = {
  name: "lab",
  title: "A simulation in httppool/lab",
  async measure({ short, rounds }) {
    const requests = short ? 10_000 : 100_000;
    const seconds: number[] = [];
    for (let round = 0; round < rounds(3); round++) seconds.push(await runProbe<number>("lab", { requests }));
    return [
      {
        work: `${requests.toLocaleString("en")} requests, 100 slots, server with 90, bodies read`,
        unit: "s",
        measured: median(seconds),
        ...(!short && { target: { of: "value" as const, most: MOST_SECONDS } }),
      },
    ];
  },
};

interface Input {
  readonly requests: number;
}

/** Seconds for so many requests, from the first to the report. */
export const probe: Probe<Input, number> = async ({ requests }) => {
  const start = performance.now();
  const clock = new VirtualClock();
  const server = new SimulatedServer({
    clock,
    latency: { median: 200 },
    capacity: { atOnce: 90 },
    errors: 0.01,
    keep: 0,
  });
  const client = new Client({ handler: server.fetch, clock, workers: 100 });
  const { calls } = await simulate({ client, server, load: { perSecond: 400 }, for: (requests * 1000) / 400 });
  if (calls !== requests) throw new Error(`${calls} calls in the place of ${requests}`);
  return (performance.now() - start) / 1000;
};
