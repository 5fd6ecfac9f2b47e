/* Lets everything go wrong at once, closes the pool, and then has nothing left to do: it must end by itself. Takes two
   addresses: where a server answers, and where nobody does. */
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "httppool";
import { chaos } from "../../../playground/demo/chaos.ts";
import { Random } from "../../../playground/demo/random.ts";

/** What is left of a process after its pool was closed. */
export interface Remains {
  readonly queued: number;
  readonly finished: number;
  readonly escaped: readonly string[];
  /** Timers that keep the process alive. */
  readonly timers: number;
  readonly running: number;
  /** How often a listener threw or rejected. */
  readonly listenersFailed: number;
}

/** Above the longest wait of the traffic's own timers, in ms. */
const OWN_TIMERS_MS = 250;

const [, , origin = "", deadOrigin = ""] = process.argv;
const escaped: string[] = [];
process.on("unhandledRejection", (reason) => escaped.push(String(reason)));
process.on("uncaughtException", (error) => escaped.push(String(error)));

const random = new Random(42);
let queued = 0;
let finished = 0;
let listenersFailed = 0;
const listenerError = (): Error => {
  listenersFailed++;
  return new Error("My listener is broken");
};
const pool = new Client({
  workers: 10,
  queueSize: 20,
  timeout: 150,
  hold: "body",
  listeners: [
    ({ type }) => {
      if (type === "queue") queued++;
      if (type === "finish") finished++;
      if (random.chance(0.05)) throw listenerError();
    },
    // oxlint-disable-next-line typescript/no-misused-promises -- one more thing that goes wrong
    () => (random.chance(0.05) ? Promise.reject(listenerError()) : undefined),
  ],
}).start();
const traffic = new Random(43);
for (let count = 0; count < 400; count++) await chaos(traffic, { origin, deadOrigin })(pool);
await pool.close();
await sleep(OWN_TIMERS_MS);
const timers = process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
const remains: Remains = { queued, finished, escaped, timers, running: pool.running, listenersFailed };
console.log(JSON.stringify(remains));
