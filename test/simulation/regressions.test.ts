import { expect, test } from "vitest";
import { retry } from "../../src/retry.ts";
import { consumed, counted, lab } from "../support/lab.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";
import { settled } from "../support/settled.ts";

/* What simulations have found, each in as few steps as will do. */

test("a clean-up that is given up leaves no timer: a cancel that hangs", async () => {
  const { pool, clock, handler, log } = lab({ drain: { bytes: 0 }, timeout: 10 });
  pool.offer(consumed(() => undefined));
  const body = new ScriptedBody(endless(1000), "close", () => new Promise(() => undefined));
  handler.call(0).respond(body.response());
  await clock.advance(10);
  expect(log.finish(1).ok).toBe(false);
  expect({ running: pool.running, timers: clock.timers }).toEqual({ running: 0, timers: 0 });
});

test("a clean-up that is given up leaves no timer, and reads no further: a body that stalls", async () => {
  const { pool, clock, handler, log } = lab({ manners: "deaf" });
  const caller = new AbortController();
  pool.offer(
    consumed(() => undefined),
    { signal: caller.signal },
  );
  const body = new ScriptedBody([], "hang");
  handler.call(0).respond(body.response());
  await clock.advance(1);
  caller.abort();
  expect(log.finish(1).ok).toBe(false);
  expect({ running: pool.running, timers: clock.timers, cancels: body.cancels.length }).toEqual({
    running: 0,
    timers: 0,
    cancels: 1,
  });
});

test("an abort of the pool in the midst of which a slot comes free starts none whose rest goes on", async () => {
  const { pool, handler, log } = lab({ workers: 1, retry: retry({ jitter: false }) });
  const caller = new AbortController();
  for (const path of ["/first", "/second"]) {
    pool.offer(counted(path));
    handler.call(-1).respond(new Response(null, { status: 503 }));
    await settled();
  }
  pool.offer(
    consumed(() => new Promise(() => undefined)),
    { signal: caller.signal },
  );
  handler.call(-1).respond();
  await settled();
  expect({ waiting: pool.waiting, running: pool.running }).toEqual({ waiting: 2, running: 1 });
  pool.once("finish", () => caller.abort());
  await pool.abort();
  expect(log.lines.filter((line) => line.startsWith("start"))).toEqual(["start 1", "start 2", "start 3"]);
});
