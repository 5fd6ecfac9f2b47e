/* What the breaker costs a request, beside its handler alone, in one run: `node test/bench/breaker.ts [--short]`. */
import { Client, type Handler } from "httppool/lean";
import { breakerHandler } from "httppool/breaker";
import { machine } from "./machine.ts";
import { type Contender, interleave } from "./rounds.ts";
import { median } from "./statistics.ts";

/** The most that the breaker may add to a request, in µs. */
const MOST = 5;

const short = process.argv.includes("--short");
const REQUESTS = short ? 5000 : 50_000;
const ROUNDS = short ? 5 : 15;

const request = new Request("https://api.example.com:8443/v1/things/1234?token=abc");
const signals = new AbortController();

/** Has a body, as most responses have. */
const alone: Handler = async () => new Response("x");

const handlers: Readonly<Record<string, Handler>> = {
  "handler alone": alone,
  breaker: breakerHandler({ delegate: alone }),
  "breaker with a timeout": breakerHandler({ delegate: alone, timeout: 30_000 }),
  "breaker with tripOn": breakerHandler({ delegate: alone, tripOn: ({ status }) => status >= 500 }),
};

const entries = Object.entries(handlers);
const called = entries.map(([name, handler]) => contender(name, () => call(handler)));
const pooled = entries.map(([name, handler]) => contender(`${name}, in a pool`, () => pool(handler)));

console.log(`${machine()}: µs of CPU a request, medians of ${ROUNDS} rounds of ${REQUESTS} requests`);
for (const contenders of [called, pooled]) await report(contenders);

async function call(handler: Handler): Promise<void> {
  // A fresh one each, as a pool's are, but one signal for all: a listener that stayed would be seen.
  for (let i = 0; i < REQUESTS; i++) await handler(request, { signal: signals.signal });
}

async function pool(handler: Handler): Promise<void> {
  const dispatcher = new Client({ handler, queueSize: REQUESTS }).start();
  for (let i = 0; i < REQUESTS; i++) dispatcher.offer(() => request);
  await dispatcher.close();
}

function contender(name: string, work: () => Promise<void>): Contender {
  const sample = async (): Promise<number> => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / REQUESTS;
  };
  return { name, sample };
}

async function report(contenders: readonly Contender[]): Promise<void> {
  const samples = await interleave(contenders, ROUNDS, 2);
  const [base = [], ...others] = contenders.map(({ name }) => samples[name] ?? []);
  console.log(`${contenders[0]?.name}: ${median(base).toFixed(2)}`);
  for (const [index, values] of others.entries()) {
    const added = median(values.map((value, round) => value - (base[round] ?? Number.NaN)));
    console.log(
      `${contenders[index + 1]?.name}: ${median(values).toFixed(2)}, of which the breaker's ${added.toFixed(2)}`,
    );
    if (added > MOST && !short) process.exitCode = 1;
  }
}
