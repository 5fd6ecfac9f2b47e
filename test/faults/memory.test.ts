import { expect, test } from "vitest";
import { runChild } from "../support/child.ts";
import type { AbortCost } from "./children/mass-abort.ts";
import type { Cost } from "./children/million.ts";

test("22. a million tasks queued by offer cost at most 200 bytes each, and the same time each as fewer do", async () => {
  const script = new URL("children/million.ts", import.meta.url);
  const { code, stdout, stderr } = await runChild(script, [], ["--expose-gc"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const { few, many } = JSON.parse(stdout) as { few: Cost; many: Cost };
  expect(many).toMatchObject({ count: 1_000_000, finished: 1_000_000 });
  expect(many.bytesEach).toBeLessThanOrEqual(200);
  // Eight times as many: quadratic work would take eight times as long for each.
  expect(many.offerMs / many.count).toBeLessThan((4 * few.offerMs) / few.count);
  expect(many.finishMs / many.count).toBeLessThan((4 * few.finishMs) / few.count);
});

test("16. abort() from a listener costs the same time each for many waiting tasks as for few, and little memory", async () => {
  const script = new URL("children/mass-abort.ts", import.meta.url);
  const { code, stdout, stderr } = await runChild(script, [], ["--expose-gc"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const costs = JSON.parse(stdout) as Record<"few" | "many" | "unheard", AbortCost> & { readonly chained: number };
  const { few, many, unheard, chained } = costs;
  expect([many.count, many.told, unheard.told]).toEqual([200_000, 200_000, 0]);
  // Eight times as many: quadratic work would take eight times as long for each.
  expect(many.ms / many.count).toBeLessThan((4 * few.ms) / few.count);
  // An event and the async context that it is told in; the task itself, of some 120 bytes, is gone.
  expect(many.bytesEach).toBeLessThanOrEqual(100);
  // Nothing waits to be told that nobody hears.
  expect(unheard.bytesEach).toBeLessThanOrEqual(0);
  // What has been told is let go of, though more is still to be told.
  expect(chained).toBeLessThanOrEqual(10);
});
