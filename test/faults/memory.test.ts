import { expect, test } from "vitest";
import { runChild } from "../support/child.ts";
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
