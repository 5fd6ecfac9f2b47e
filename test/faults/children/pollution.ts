/* Pollutes Object.prototype with the names of all options, before the package is loaded, and prints what a pool makes of it.
   Takes the origin of a server as its argument. */

/** What a pool did that was given next to no options. */
export interface Polluted {
  /** Of a pool whose handler never answers. */
  readonly full: {
    readonly name: string;
    readonly accepted: number;
    readonly running: number;
    readonly waiting: number;
  };
  readonly settled: readonly string[];
  readonly text: string | undefined;
  readonly fetched: string;
  readonly mapped: readonly string[];
  readonly failures: number;
  /** What of the pollution was called. */
  readonly called: readonly string[];
}

const called: string[] = [];

const trap = (name: string) => (): never => {
  called.push(name);
  throw new Error(`The polluted ${name} was called`);
};

const POLLUTION: Readonly<Record<string, unknown>> = {
  // Of a client
  name: "polluted",
  handler: trap("handler"),
  listeners: [trap("listeners")],
  logger: { debug: trap("logger"), error: trap("logger") },
  queueSize: 3,
  workers: 2,
  period: 60_000,
  timeout: 1,
  drain: { bytes: 0, ms: 0 },
  bytes: 0,
  ms: 0,
  hold: "body",
  clock: { now: trap("clock"), setTimeout: trap("clock"), clearTimeout: trap("clock") },
  // Of a call
  signal: AbortSignal.abort(),
  ordered: "polluted",
  settled: true,
  // Of p-queue
  concurrency: 1,
  autoStart: false,
  interval: 60_000,
  intervalCap: 1,
  carryoverIntervalCount: true,
  queueClass: trap("queueClass"),
  strict: true,
};

/** What Node's own sockets and requests would read, too. */
const READ_BY_NODE = ["timeout", "signal"];

const origin = process.argv[2] ?? "";
const request = new Request(origin);

for (const [key, value] of Object.entries(POLLUTION)) {
  // oxlint-disable-next-line no-extend-native -- the very thing that is tested
  Object.defineProperty(Object.prototype, key, { value, writable: true, configurable: true });
}

const { Client, requestTask } = await import("httppool");

const full = new Client({ handler: () => new Promise(() => undefined) }).start();
let accepted = 0;
while (full.offer(() => request, {}) && accepted < 1000) accepted++;
const { running, waiting, name } = full;
await full.abort();

const answering = new Client({ handler: () => Promise.resolve(new Response("hello")), drain: {} }).start();
const settled: string[] = [];
for (let count = 0; count < 20; count++) {
  await answering.run(() => ({ request, consumer: async (response) => void settled.push(await response.text()) }), {});
}
await answering.close();

for (const key of READ_BY_NODE) delete (Object.prototype as Record<string, unknown>)[key];

const pool = new Client({}).start();
let failures = 0;
pool.on("finish", ({ ok }) => void (ok || failures++));
const text = await pool.run(requestTask(origin, (response) => response.text()));
const fetched = await (await pool.fetch(origin, {})).text();
const mapped: string[] = [];
for await (const one of pool.map([origin, origin], String, (response) => response.text(), {})) mapped.push(one);
// Not read: a connection that is drained is used again, one that is cancelled is not.
for (let count = 0; count < 10; count++) await pool.run(requestTask(`${origin}/unread`));
await pool.close();

const polluted: Polluted = {
  full: { name, accepted, running, waiting },
  settled,
  text,
  fetched,
  mapped,
  failures,
  called,
};
console.log(JSON.stringify(polluted));
