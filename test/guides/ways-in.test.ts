import type { Pool } from "httppool";
import type OpenAI from "openai";
import { expect, test } from "vitest";
import { endWithTest, serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("ways-in");
const PATHS = Array.from({ length: 40 }, (_, index) => `/${"x".repeat(index)}`);
const SIZES = PATHS.map(({ length }) => length);

test("before, all requests of a list are under way at once", async () => {
  const all = Promise.withResolvers<void>();
  const server = await serve(async ({ path }) => {
    // It answers nobody before it has heard of everybody.
    if (server.arrivals.length === PATHS.length) all.resolve();
    await all.promise;
    return { body: path };
  });
  const { sizes } = await guide.load<{ sizes(urls: readonly string[]): Promise<number[]> }>("before.ts");
  expect(await sizes(PATHS.map((path) => server.url + path))).toEqual(SIZES);
});

test("after, five of a list are under way at once, in its order", async () => {
  const server = await serve(({ path }) => ({ body: path }));
  const { sizes } = await guide.load<{ sizes(urls: readonly string[]): AsyncGenerator<number> }>("map.ts");
  const read: number[] = [];
  for await (const size of sizes(PATHS.map((path) => server.url + path))) read.push(size);
  expect(read).toEqual(SIZES);
  expect(server.most).toBeLessThanOrEqual(5);
});

test("who stops reading stops the requests", async () => {
  const server = await serve(({ path }) => (path === "/" ? {} : new Promise(() => {})));
  const { sizes } = await guide.load<{ sizes(urls: readonly string[]): AsyncGenerator<number> }>("map.ts");
  for await (const size of sizes(PATHS.map((path) => server.url + path))) {
    expect(size).toBe(0);
    break;
  }
  await until(() => server.arrivals.every(({ path, hungUp }) => path === "/" || hungUp));
  expect(server.arrivals.length).toBeLessThanOrEqual(6);
});

test("of twenty events to a subscriber who doesn't answer, five are taken, and those arrive", async () => {
  const open = Promise.withResolvers<void>();
  const server = await serve(() => open.promise.then(() => ({})));
  type Code = { accept(subscriber: string, event: string): Response; shutDown(): Promise<void> };
  const { accept, shutDown } = await guide.load<Code>("offer.ts");
  const statuses = Array.from({ length: 20 }, (_, index) => accept(server.url, `event ${index}`).status);
  expect(statuses).toEqual([...Array<number>(5).fill(202), ...Array<number>(15).fill(503)]);
  open.resolve();
  await shutDown();
  const events = server.arrivals.map(({ body }) => body.toString());
  expect(events.toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `event ${index}`));
});

test("an SDK goes through the pool", async () => {
  const server = await serve(() => ({
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ object: "list", data: [{ id: "a model" }] }),
  }));
  const { pool, openai } = await guide.load<{ pool: Pool; openai(baseURL: string): OpenAI }>("fetch.ts");
  endWithTest(() => pool.close());
  let finished = 0;
  pool.on("finish", () => void finished++);
  const { data } = await openai(server.url).models.list();
  expect(data).toEqual([{ id: "a model" }]);
  expect(finished).toBe(1);
});

test("each piece of a stream is delivered once, five at a time", async () => {
  const server = await serve(() => ({}));
  const { deliver } = await guide.load<{ deliver(hooks: ReadableStream<string>): Promise<void> }>("pipe.ts");
  const hooks = new ReadableStream<string>({
    start: (controller) => {
      for (const path of PATHS) controller.enqueue(server.url + path);
      controller.close();
    },
  });
  await deliver(hooks);
  expect(server.arrivals.map(({ path }) => path).toSorted()).toEqual(PATHS);
  expect(server.most).toBeLessThanOrEqual(5);
});
