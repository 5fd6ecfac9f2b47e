import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { expect, test } from "vitest";
import { endWithTest, serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { COMPATIBILITY_DATE } from "../runtime/runtimes/workerd.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("workers");

/** Starts a Worker of the guide on real workerd. */
async function launch(file: string, options: object): Promise<Miniflare> {
  const { outputFiles } = await build({
    entryPoints: [join(guide.folder, file)],
    write: false,
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
      modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0]?.text ?? "" }],
      ...options,
    }),
  );
  endWithTest(() => flare.dispose());
  await flare.ready;
  return flare;
}

test.each([
  ["before, the caller waits for the last subscriber", "before.ts", 200],
  ["after, the caller has an answer before any subscriber has, and each is told, four at a time", "after.ts", 202],
])("%s", async (_, file, status) => {
  const open = Promise.withResolvers<void>();
  const server = await serve(() => open.promise.then(() => ({})));
  const subscribers = Array.from({ length: 6 }, (__, index) => `${server.url}/${index}`);
  const flare = await launch(file, { bindings: { SUBSCRIBERS: subscribers.join(" ") } });
  const answer = flare.dispatchFetch("http://worker/", { method: "POST", body: "an event" });
  let isAnswered = false;
  const noted = answer.then(() => (isAnswered = true));
  if (file === "after.ts") await noted;
  await until(() => server.arrivals.length >= 4);
  expect(isAnswered).toBe(file === "after.ts");
  open.resolve();
  expect((await answer).status).toBe(status);
  await until(() => server.arrivals.length === 6);
  expect(server.arrivals.map(({ path, body }) => `${path} ${body.toString()}`).toSorted()).toEqual(
    subscribers.map((_url, index) => `/${index} an event`),
  );
  if (file === "after.ts") expect(server.most).toBe(4);
});

test("a message of a queue is sent, and sent again when its server was not well", async () => {
  const server = await serve(() => ({
    status: server.arrivals.length === 1 ? 503 : 200,
    headers: { "retry-after": "1" },
  }));
  const flare = await launch("queue.ts", {
    queueProducers: { HOOKS: "hooks" },
    queueConsumers: { hooks: { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 3 } },
  });
  const queue = await flare.getQueueProducer<object>("HOOKS");
  await queue.send({ url: server.url, body: "an event" });
  await until(() => server.arrivals.length === 2);
  expect(server.arrivals.map(({ body }) => body.toString())).toEqual(["an event", "an event"]);
});
