import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Handler, requestTask } from "httppool";
import * as undici from "undici";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { failureOf, reading, serve, stage } from "./stage.ts";

/* The fetch of another package refuses the platform's Request; the guide to handlers says how to hand it its own. */
const handler: Handler = (request, init) =>
  undici.fetch(new undici.Request(request.url, request as never), init) as Promise<never>;

const read = async (response: Response): Promise<unknown> => [response.headers.get("x-b"), await response.json()];

/** Answers with what it was asked, however the body comes. */
async function echo(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((asked, response) => {
    const { method, url, headers } = asked;
    response.setHeader("x-b", "2");
    void text(asked).then((body) => response.end(JSON.stringify([method, url, headers["x-a"], body])));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

test("undici's fetch is a handler by one line: method, headers, body and answer pass", async () => {
  const server = await echo();
  const { pool } = stage({ handler });
  const init = { method: "POST", body: "body", headers: { "x-a": "1" } };
  expect(await pool.run(requestTask(`${server.origin}/a?b`, init, read))).toEqual(["2", ["POST", "/a?b", "1", "body"]]);
  for (const hold of ["headers", "body"] as const) {
    const { signal } = new AbortController();
    const response = await pool.fetch(new undici.Request(server.origin, init) as never, { hold, signal });
    expect([response.status, response.url]).toEqual([200, `${server.origin}/`]);
    expect(await response.json()).toEqual(["POST", "/", "1", "body"]);
  }
  server.close();
});

test("an unread body of undici's is drained, so that its connection is used again", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const { pool } = stage({ workers: 1, handler });
  for (let count = 0; count < 10; count++) await pool.run(requestTask(server.origin));
  expect(server.connections).toBeLessThanOrEqual(2);
});

test("an abort reaches undici's request", async () => {
  const server = await serve(() => undefined);
  const { pool } = stage({ handler });
  const caller = new AbortController();
  const outcome = failureOf(pool, reading(server.origin), caller.signal);
  await expect.poll(() => server.requests.length).toBe(1);
  caller.abort("enough");
  expect(await outcome).toBe("enough");
  await expect.poll(() => server.open).toBe(0);
});
