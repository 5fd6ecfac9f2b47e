import { kyHandler, requestTask } from "httppool";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

test("4. a timeout of ky's own fails the task as the platform's would, and closes the connection", async () => {
  const { pool } = stage({ workers: 1, handler: kyHandler({ timeout: 300 }) });
  const server = await serve(() => undefined);
  expect(await failureOf(pool, reading(server.origin))).toMatchObject({ name: "TimeoutError" });
  expect(pool.running).toBe(0);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("ky's own timeout and retries never have more requests under way at the server than slots", async () => {
  const handler = kyHandler({ timeout: 100, retry: { limit: 5, retryOnTimeout: true, delay: () => 0 } });
  const { pool } = stage({ workers: 2, handler });
  const server = await serve(() => undefined);
  const failures = await Promise.all([1, 2, 3, 4].map(() => failureOf(pool, reading(server.origin))));
  expect(failures.map((failure) => (failure as Error).name)).toEqual(Array(4).fill("TimeoutError"));
  // A machine that stops may let one end before it was sent.
  expect(server.requests.length).toBeGreaterThan(4);
  expect(server.requests.length).toBeLessThanOrEqual(4 * 6);
  expect(server.most).toBeLessThanOrEqual(2);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});

test("a retry sends the task's body, method and headers again", async () => {
  const handler = kyHandler({ retry: { limit: 1, delay: () => 0, methods: ["post"] }, headers: { "x-a": "handler" } });
  const { pool } = stage({ workers: 1, handler });
  const server = await serve(({ socket, end }) =>
    server.requests.length === 1 ? socket.destroy() : end(answer("ok")),
  );
  const init = { method: "POST", body: "body", headers: { "x-a": "task" } };
  expect(await pool.run(requestTask(server.origin, init, (response) => response.text()))).toBe("ok");
  for (const { head } of server.requests) expect(head).toMatch(/^POST .*\r\nx-a: task\r\n/s);
});
