import type { Client, Pool } from "httppool";
import { afterEach, expect, test } from "vitest";
import { endWithTest, serve } from "../examples/support/stage.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("handlers");
const { fetch: platformFetch } = globalThis;

afterEach(() => {
  globalThis.fetch = platformFetch;
});

test.each(["before.ts", "ky.ts"])("%s sends its token, and tries a 503 again", async (file) => {
  const server = await serve(() => ({ status: server.arrivals.length === 1 ? 503 : 200 }));
  const { status } = await guide.load<{ status(url: string, token: string): Promise<number> }>(file);
  expect(await status(server.url, "a token")).toBe(200);
  expect(server.arrivals.map(({ headers }) => headers.authorization)).toEqual(["a token", "a token"]);
});

test("undici's fetch is a handler", async () => {
  const server = await serve(({ body }) => ({ body: `you said ${body.toString()}` }));
  const { client } = await guide.load<{ client: Client }>("undici.ts");
  const pool = client.start();
  endWithTest(() => pool.close());
  const response = await pool.fetch(server.url, { method: "POST", body: "hello" });
  expect(await response.text()).toBe("you said hello");
});

test("what everybody fetches goes through the pool, once, two at a time", async () => {
  const server = await serve(() => ({}));
  const { limitAll } = await guide.load<{ limitAll(workers: number): Pool }>("global.ts");
  const pool = limitAll(2);
  endWithTest(() => pool.close());
  let wrapped = 0;
  const { fetch } = globalThis;
  globalThis.fetch = (...args) => {
    wrapped++;
    return fetch(...args);
  };
  const urls = Array.from({ length: 10 }, (_, index) => `${server.url}/${index}`);
  await Promise.all(urls.map(async (url) => (await globalThis.fetch(url)).text()));
  expect([server.arrivals.length, wrapped]).toEqual([10, 10]);
  expect(server.most).toBeLessThanOrEqual(2);
});

test("a monitor tells what a pool has done", async () => {
  const server = await serve(() => ({}));
  const { start, monitor } = await guide.load<{ start(): Pool; monitor: { fetch(request: Request): Response } }>(
    "listeners.ts",
  );
  const pool = start();
  await pool.send(() => new Request(server.url));
  await pool.close();
  const response = monitor.fetch(new Request("http://localhost/health"));
  expect(await response.json()).toMatchObject({
    TotalNotificationsQueued: 1,
    TotalNotificationsSucceeded: 1,
    running: 0,
  });
});
