import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { expect, test } from "vitest";
import { COMPATIBILITY_DATE } from "../runtime/runtimes/workerd.ts";
import { Origin } from "./stage/origin.ts";
import { atEnd } from "./stage/at-end.ts";
import { until } from "../support/until.ts";

/** Starts the Worker on real workerd, with its two queues. @returns How to send messages. */
async function startWorker(bindings: Readonly<Record<string, string | number>>, maxRetries: number) {
  const outfile = join(tmpdir(), `httppool-queue-worker-${process.pid}-${performance.now()}.mjs`);
  atEnd(() => rm(outfile, { force: true }));
  await build({
    entryPoints: [fileURLToPath(new URL("children/queue-worker.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  const flare = new Miniflare(
    convertV4MiniflareOptions({
      compatibilityDate: COMPATIBILITY_DATE,
      // Or it would ask the network for what Cloudflare tells of a request.
      cf: false,
      modules: [{ type: "ESModule", path: "worker.mjs", contents: await readFile(outfile, "utf8") }],
      bindings,
      queueProducers: { HOOKS: "hooks" },
      queueConsumers: {
        // No timeout: else a second batch may begin beside the first.
        hooks: { maxBatchSize: 100, maxBatchTimeout: 0, maxRetries, deadLetterQueue: "dead" },
        dead: { maxBatchSize: 100, maxBatchTimeout: 0, maxRetries: 100 },
      },
    }),
  );
  atEnd(() => flare.dispose());
  await flare.ready;
  const queue = await flare.getQueueProducer<string>("HOOKS");
  return async (ids: readonly string[]): Promise<void> => {
    for (let from = 0; from < ids.length; from += 100) {
      await queue.sendBatch(ids.slice(from, from + 100).map((body) => ({ body, contentType: "json" as const })));
    }
  };
}

async function openOrigin(): Promise<Origin> {
  const origin = await Origin.open();
  atEnd(() => origin.close());
  return origin;
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

const isHopeless = (id: string): boolean => Number(id) % 5 === 0;

test("500 messages, to a server that fails, limits, dawdles and hangs up: each arrives, what never succeeds is told of", async () => {
  const [origin, cemetery] = [await openOrigin(), await openOrigin()];
  // A fifth always fails, a fifth is limited at first, a fifth hung up on at first, a fifth slow.
  origin.latency = (id) => (Number(id) % 5 === 3 ? 100 : 5);
  origin.script = ({ id }) => {
    if (isHopeless(id)) return { status: 500 };
    const isFirst = origin.counts().get(id) === 1;
    if (isFirst && Number(id) % 5 === 1) return { status: 429, headers: { "retry-after": "1" } };
    return isFirst && Number(id) % 5 === 2 ? "reset" : { status: 200 };
  };
  const send = await startWorker({ ORIGIN: origin.url, CEMETERY: cemetery.url, MAX_DURATION: 0 }, 3);
  await send(ids(500));
  const hopeless = ids(500).filter(isHopeless);
  const isServed = (): boolean => origin.arrivals.filter(({ status }) => status === 200).length >= 400;
  await until(() => isServed() && cemetery.counts().size === hopeless.length);

  const served = origin.arrivals.filter(({ status }) => status === 200).map(({ id }) => id);
  expect(new Set(served)).toEqual(new Set(ids(500).filter((id) => !isHopeless(id))));
  expect(served).toHaveLength(400);
  expect([...cemetery.counts().keys()].toSorted()).toEqual(hopeless.toSorted());
  const counts = origin.counts();
  expect(hopeless.map((id) => counts.get(id))).toEqual(hopeless.map(() => 4));
  expect(origin.mostOpen).toBeLessThanOrEqual(6);
});

test("a batch that runs out of time is delivered again: nothing is acknowledged that has not finished", async () => {
  const [origin, cemetery] = [await openOrigin(), await openOrigin()];
  const { promise: barrier, resolve: open } = Promise.withResolvers<void>();
  origin.barrier = barrier;
  const send = await startWorker({ ORIGIN: origin.url, CEMETERY: cemetery.url, MAX_DURATION: 500 }, 100);
  await send(ids(30));
  // Six of the first batch, and six of a second: those of the first were given up.
  await until(() => origin.arrivals.length >= 12);
  expect(origin.arrivals.every(({ status }) => status === undefined)).toBe(true);
  open();
  await until(() => new Set(origin.arrivals.filter(({ status }) => status === 200).map(({ id }) => id)).size === 30);
  expect(origin.counts().size).toBe(30);
  expect(cemetery.arrivals).toEqual([]);
});
