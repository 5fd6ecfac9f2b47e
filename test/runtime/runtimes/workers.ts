import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Miniflare, V4WorkerOptions } from "miniflare";
import { equal, ok, same, within } from "../contract/assert.ts";
import type { Result } from "../contract/contract.ts";
import type { Counts } from "../server.ts";
import { ROOT, type Stage } from "../stage.ts";
import type { Runtime } from "./runtime.ts";
import { COMPATIBILITY_DATE, findWorkerd } from "./workerd.ts";

/** The examples of playground/examples/cloudflare, and what must not be done, in the real thing. */
export const workers: Runtime = {
  id: "workers",
  name: "Cloudflare Workers",
  find: findWorkerd,
  forms: [{ name: "examples", run: runAll }],
};

/** What a check works with. */
interface Scene {
  /** Starts a Worker. It is disposed when the check is over. */
  worker(file: string, options?: Partial<V4WorkerOptions>): Promise<Miniflare>;
  url(answer: string): string;
  /** Looks at the run on the server's control port. */
  look(path: string): Promise<Counts>;
}

type Check = (scene: Scene) => Promise<void>;

const example = (name: string): string => join(ROOT, "playground/examples/cloudflare", `${name}.ts`);

const checks: Readonly<Record<string, Check>> = {
  "a pool per request answers first and finishes behind the answer": async ({ worker, url, look }) => {
    const subscribers = Array.from({ length: 12 }, () => url("gate"));
    const flare = await worker(example("per-request"), { bindings: { SUBSCRIBERS: subscribers.join(" ") } });
    const send = (): ReturnType<Miniflare["dispatchFetch"]> =>
      flare.dispatchFetch("http://worker/", { method: "POST", body: "an event" });
    equal((await within(60_000, send(), "the answer")).status, 202, "the status");
    equal((await look("/requests/4")).mostOpen, 4, "requests open behind the answer");
    await look("/open");
    equal((await look("/requests/12")).mostOpen, 4, "the most open at a time");
    // The next request has a pool of its own.
    equal((await within(60_000, send(), "the second answer")).status, 202, "the second status");
    equal((await look("/requests/24")).requests, 24, "requests");
  },

  "a pool per batch delivers each message, and again what its server puts off": async ({ worker, url, look }) => {
    const flare = await worker(example("queue-consumer"), {
      queueProducers: { DELIVERIES: "deliveries" },
      queueConsumers: { deliveries: { maxBatchSize: 10, maxBatchTimeout: 0.1, maxRetries: 3 } },
    });
    const queue = await flare.getQueueProducer<object>("DELIVERIES");
    const answers = ["echo", "flaky?times=1&after=1", "echo", "echo"];
    for (const answer of answers) await queue.send({ url: url(answer), text: "hello" });
    const { asked } = await look("/requests/5");
    same(asked.filter((one) => one.includes("flaky")).length, 2, "deliveries of the one that was put off");
    same(asked.filter((one) => !one.includes("flaky")).length, 3, "deliveries of the others");
  },

  "a gate in a Durable Object limits all requests together, each with a pool of its own": async (scene) => {
    const flare = await scene.worker(example("gate"), {
      bindings: { UPSTREAM: scene.url("echo").replace(/\/echo$/, ""), PER_SECOND: 5 },
      durableObjects: { LIMITER: "Limiter" },
    });
    const start = performance.now();
    const requests = [1, 2, 3, 4, 5].map((n) => flare.dispatchFetch(`http://worker/echo?${n}`));
    const responses = await within(60_000, Promise.all(requests), "the answers");
    same(
      responses.map(({ status }) => status),
      [200, 200, 200, 200, 200],
      "statuses",
    );
    await Promise.all(responses.map((response) => response.text()));
    // The last of them is sent after four periods.
    ok(performance.now() - start >= 790, "four periods have gone by");
    equal((await scene.look("")).requests, 5, "requests");
  },

  "a pool in a Durable Object paces all requests together": async ({ worker, url, look }) => {
    const flare = await worker(example("durable-object"), {
      bindings: { UPSTREAM: url("echo").replace(/\/echo$/, "") },
      durableObjects: { GATE: "Gate" },
    });
    const start = performance.now();
    const requests = [1, 2, 3, 4].map((n) => flare.dispatchFetch(`http://worker/echo?${n}`));
    const responses = await within(60_000, Promise.all(requests), "the answers");
    same(
      responses.map(({ status }) => status),
      [200, 200, 200, 200],
      "statuses",
    );
    await Promise.all(responses.map((response) => response.text()));
    // The last of them is sent after three periods.
    ok(performance.now() - start >= 690, "three periods have gone by");
    equal((await look("")).requests, 4, "requests");
  },

  ...Object.fromEntries(
    ["run", "send", "fetch", "offer"].map((door): [string, Check] => [
      `${door} on a pool that another request started fails with a clear message`,
      async ({ worker, url }) => {
        const flare = await worker(join(ROOT, "test/runtime/entries/shared-pool.ts"));
        const ask = async (path: string): Promise<string> => {
          const target = encodeURIComponent(url("bytes?size=3"));
          const response = await flare.dispatchFetch(`http://worker/${path}?target=${target}`);
          return response.text();
        };
        equal(await within(60_000, ask("run"), "the first"), "xxx", "the request that started it");
        const second = await within(60_000, ask(door), "the second");
        ok(/another request/.test(second), `the second says: ${second}`);
      },
    ]),
  ),
};

async function runAll(stage: Stage): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const [name, check] of Object.entries(checks)) {
    const start = performance.now();
    const error = await attempt(stage, check);
    const ms = Math.round(performance.now() - start);
    results.push({ name, passed: error === undefined, ms, ...(error !== undefined && { error }) });
  }
  return results;
}

/** @returns Why it failed, if it did. */
async function attempt(stage: Stage, check: Check): Promise<string | undefined> {
  const run = randomUUID();
  const { site } = stage;
  let lastUrl = 0;
  await using started = new AsyncDisposableStack();
  try {
    await check({
      worker: async (file, options) => {
        const flare = await launch(stage, file, options);
        started.defer(() => flare.dispose());
        return flare;
      },
      url: (answer) => `${site.test}/${run}/${++lastUrl}/${answer}`,
      look: async (path) => (await (await fetch(`${site.control}/runs/${run}${path}`)).json()) as Counts,
    });
    return undefined;
  } catch (error) {
    return String((error as Error).stack ?? error);
  }
}

async function launch({ folder }: Stage, file: string, options: Partial<V4WorkerOptions> = {}): Promise<Miniflare> {
  const outfile = join(folder, "worker-under-test.mjs");
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  const { convertV4MiniflareOptions, Miniflare: Flare } = await import("miniflare");
  const flare = new Flare(
    convertV4MiniflareOptions({
      compatibilityDate: COMPATIBILITY_DATE,
      modulesRoot: folder,
      ...options,
      modules: [{ type: "ESModule", path: outfile, contents: await readFile(outfile, "utf8") }],
    }),
  );
  await flare.ready;
  return flare;
}
