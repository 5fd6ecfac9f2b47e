import PQueue from "p-queue";
import { Client, fetchHandler, requestTask } from "httppool/lean";
import { type Probe, runProbe } from "../child.ts";
import type { Line, Row } from "../row.ts";
import { BodyServer } from "../server.ts";

const REQUESTS = 200;

/** How many connections it takes when nobody reads the bodies. */
export const connections: Row = {
  name: "connections",
  title: `Connections opened by ${REQUESTS} requests whose bodies nobody reads`,
  async measure() {
    await using server = await BodyServer.start();
    const count = async (input: Input): Promise<number> => {
      await server.connections();
      await runProbe("connections", input);
      return server.connections();
    };
    const lines: Line[] = [];
    for (const kib of [1, 64]) {
      for (const slots of [10, 1]) {
        const url = `${server.url}${kib * 1024}`;
        const measured = await count({ name: "offer", url, slots });
        const value = await count({ name: "p-queue", url, slots });
        lines.push({
          work: `offer, ${kib} KiB, ${slots} slot${slots === 1 ? "" : "s"}`,
          unit: "",
          measured,
          peer: { name: "p-queue + fetch", value },
          ratio: measured / value,
          target: { of: "value", most: 2 * slots },
        });
      }
    }
    return lines;
  },
};

interface Input {
  readonly name: "offer" | "p-queue";
  readonly url: string;
  readonly slots: number;
}

/** Sends them all. */
export const probe: Probe<Input, number> = async ({ name, url, slots }) => {
  if (name === "offer") {
    const pool = new Client({ handler: fetchHandler, queueSize: REQUESTS, workers: slots }).start();
    for (let i = 0; i < REQUESTS; i++) pool.offer(requestTask(url));
    await pool.onIdle();
  } else {
    const queue = new PQueue({ concurrency: slots });
    for (let i = 0; i < REQUESTS; i++) void queue.add(() => fetch(url));
    await queue.onIdle();
  }
  return REQUESTS;
};
