import { expect, test } from "vitest";
import { consumed, lab } from "../support/lab.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";

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
