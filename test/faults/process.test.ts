import { expect, test } from "vitest";
import { Site } from "../../playground/demo/site/site.ts";
import { runChild } from "../support/child.ts";
import { repeated } from "../support/repeated.ts";
import type { Remains } from "./children/bystander.ts";

test("30. whatever goes wrong, nothing escapes, nothing is left after close(), and the process ends by itself", async () => {
  const site = await Site.open();
  const script = new URL("children/bystander.ts", import.meta.url);
  const { code, stdout, stderr } = await runChild(script, [site.origin, site.deadOrigin]);
  const { atOnce } = await site.tally();
  await site.close();
  expect(code).toBe(0);
  const { queued, finished, listenersFailed, ...left } = JSON.parse(stdout) as Remains;
  // Without a logger each of them leaves a line, and nothing else does.
  const lines = stderr.split("\n").filter((line) => line !== "" && !/^ +at /.test(line));
  expect(listenersFailed).toBeGreaterThan(0);
  expect(lines).toEqual(repeated(listenersFailed, "A listener failed Error: My listener is broken"));
  expect(queued).toBeGreaterThan(300);
  expect(finished).toBe(queued);
  expect(left).toEqual({ escaped: [], timers: 0, running: 0 });
  expect(atOnce).toBeLessThanOrEqual(10);
});

test("30. importing the package and starting a pool keeps no process alive", async () => {
  const { code, stdout, stderr } = await runChild(new URL("children/idler.ts", import.meta.url));
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
});

test("30. a paused pool keeps no process alive, however long the pace of what waits in it", async () => {
  const { tookMs, ...outcome } = await runChild(new URL("children/pauser.ts", import.meta.url));
  expect(outcome).toEqual({ code: 0, stdout: "3\n", stderr: "" });
  expect(tookMs).toBeLessThan(15_000);
});
