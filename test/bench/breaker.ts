/* What the breaker costs a request, beside its handler alone, in one run: `node test/bench/breaker.ts [--short]`. */
import { breakerHandler } from "httppool/breaker";
import { Client, type Handler } from "httppool/lean";
import { machine } from "./machine.ts";
import { type Contender, interleave } from "./rounds.ts";
import { median } from "./statistics.ts";
import { handler as alone, WORKERS } from "./work.ts";

/** The most that the breaker may add to a request of a no-op handler, in µs. */
const MOST = 5;

const isShort = process.argv.includes("--short");
const REQUESTS = isShort ? 10_000 : 50_000;
const ROUNDS = isShort ? 5 : 11;

const request = new Request("https://api.example.com:8443/v1/things/1234?token=abc");

const withBody: Handler = async () => new Response("x");

const ALONE = "handler alone";

const HANDLERS: Readonly<Record<string, Handler>> = { "": alone, ", a body in each response": withBody };

console.log(`${machine()}: µs of CPU a request, medians of ${ROUNDS} rounds of ${REQUESTS} requests`);
for (const [suffix, handler] of Object.entries(HANDLERS)) {
  await report(`called${suffix}`, handler, call);
  await report(`in a pool${suffix}`, handler, pool);
}

function breakersAround(delegate: Handler): Record<string, Handler> {
  return {
    breaker: breakerHandler({ delegate }),
    "breaker with tripOn": breakerHandler({ delegate, tripOn: (response) => (response?.status ?? 0) >= 500 }),
    "breaker with a timeout": breakerHandler({ delegate, timeout: 30_000 }),
  };
}

async function call(handler: Handler): Promise<void> {
  // A signal each, as a pool's requests have.
  for (let i = 0; i < REQUESTS; i++) await handler(request, { signal: new AbortController().signal });
}

async function pool(handler: Handler): Promise<void> {
  const dispatcher = new Client({ handler, workers: WORKERS, queueSize: REQUESTS }).start();
  for (let i = 0; i < REQUESTS; i++) dispatcher.offer(() => request);
  await dispatcher.close();
}

/** Measures each beside the handler alone. */
async function report(title: string, delegate: Handler, work: (handler: Handler) => Promise<void>): Promise<void> {
  const handlers = { [ALONE]: delegate, ...breakersAround(delegate) };
  const contenders = Object.entries(handlers).map(([name, handler]): Contender => {
    const sample = async (): Promise<number> => {
      const before = process.cpuUsage();
      await work(handler);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / REQUESTS;
    };
    return { name, sample };
  });
  const samples = await interleave(contenders, ROUNDS, 2);
  const baseline = samples[ALONE] ?? [];
  console.log(`\n${title}\n${ALONE}: ${median(baseline).toFixed(2)}`);
  for (const [name, values] of Object.entries(samples)) {
    if (name === ALONE) continue;
    const added = median(values.map((value, round) => value - (baseline[round] ?? Number.NaN)));
    console.log(`${name}: ${median(values).toFixed(2)}, of which the breaker's ${added.toFixed(2)}`);
    if (added > MOST) process.exitCode = 1;
  }
}
