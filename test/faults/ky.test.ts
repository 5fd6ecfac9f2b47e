import { kyHandler } from "httppool";
import { expect, test } from "vitest";
import { failureOf, PATIENCE_MS, reading, serve, stage } from "./stage.ts";

test("4. a timeout of ky's own fails the task as the platform's would, and closes the connection", async () => {
  const { pool } = stage({ workers: 1, handler: kyHandler({ timeout: 300 }) });
  const server = await serve(() => undefined);
  expect(await failureOf(pool, reading(server.origin))).toMatchObject({ name: "TimeoutError" });
  expect(pool.running).toBe(0);
  await expect.poll(() => server.open, { timeout: PATIENCE_MS }).toBe(0);
});
