import { expect, test } from "vitest";
import { lanes } from "../../src/lanes.ts";
import { settled } from "../support/settled.ts";
import { counted, type Lab, lab, type LabOptions } from "../support/lab.ts";

/** A lab with two paced slots, and how long after the start before it each start of a slot came. */
function paced(options: LabOptions): Lab & { readonly gaps: number[] } {
  const last: number[] = [];
  const gaps: number[] = [];
  const it = lab({ workers: 2, period: 100, queueSize: 10, ...options });
  it.pool.on("start", ({ slot }) => {
    const before = last[slot];
    last[slot] = it.clock.now();
    if (before !== undefined) gaps.push(it.clock.now() - before);
  });
  return Object.assign(it, { gaps });
}

test("a gate that brings tasks itself does not have a slot start early", async () => {
  let brings = 0;
  const it = paced({
    lanes: lanes({
      queueSize: 10,
      gate: () => {
        if (brings-- > 0) it.pool.offer(counted("/brought"), { lane: `other ${brings}` });
        return 0;
      },
    }),
  });
  it.pool.offer(counted("/1"));
  await it.clock.advance(60);
  it.pool.offer(counted("/2"));
  it.handler.call(1).respond();
  await it.clock.advance(60);
  it.pool.offer(counted("/3"));
  brings = 2;
  // The first slot is free now and may start, the second may in 40 ms.
  it.handler.call(0).respond();
  await settled();
  expect(it.handler.calls).toHaveLength(3);
  await it.clock.advance(40);
  expect(it.handler.calls).toHaveLength(4);
  for (let calls = 0; calls < 5; calls++) {
    it.handler.call(-1).respond();
    it.handler.call(2).respond();
    await it.clock.advance(100);
  }
  expect(it.handler.paths.toSorted()).toEqual(["/1", "/2", "/3", "/brought", "/brought"]);
  expect(Math.min(...it.gaps)).toBe(100);
});

test("whoever hears of a sender that is started from the line, and brings tasks, does not either", async () => {
  const it = paced({ queueSize: 1, lanes: lanes({ queueSize: 1, hold: () => 10_000 }) });
  it.pool.offer(counted(), { lane: "held" });
  await it.clock.advance(50);
  it.handler.call(0).respond();
  await settled();
  // The held lane takes the only place.
  expect(it.pool.offer(counted(), { lane: "held" })).toBe(true);
  it.pool.pause();
  void it.pool.send(counted(), { lane: "1" });
  void it.pool.send(counted(), { lane: "2" });
  it.pool.once("queue", () => void it.pool.send(counted(), { lane: "3" }));
  it.pool.resume();
  await it.clock.advance(1000);
  for (const call of it.handler.calls) call.respond();
  await it.clock.advance(1000);
  expect(it.log.of("start")).toHaveLength(4);
  expect(Math.min(...it.gaps)).toBeGreaterThanOrEqual(100);
});

test("who stands in line of a lane with a gate, while a held lane has all places, is asked for and starts", async () => {
  const it = lab({ workers: 2, queueSize: 1, lanes: lanes({ queueSize: 1, hold: () => 10_000, gate: async () => 0 }) });
  it.pool.offer(counted("/held"), { lane: "held" });
  await settled();
  it.handler.call(0).respond();
  await settled();
  it.pool.offer(counted("/held"), { lane: "held" });
  void it.pool.send(counted("/1"), { lane: "1" });
  await settled();
  expect(it.handler.paths).toEqual(["/held", "/1"]);
});

test.each(["headers", "hold"])(
  "who hears of %s, or is asked for a hold, may abort the task, and its lane is held",
  async (when) => {
    const controller = new AbortController();
    const hold = (): number => {
      if (when === "hold") controller.abort("why");
      return 100;
    };
    const it = lab({ workers: 1, lanes: lanes({ hold }) });
    if (when === "headers") it.pool.once("headers", () => controller.abort("why"));
    it.pool.offer(counted("/1"), { lane: "a", signal: controller.signal });
    it.handler.call(0).respond();
    await settled();
    expect([it.log.failure(1), it.log.of("hold").length]).toEqual(["why", 1]);
    it.pool.offer(counted("/2"), { lane: "a" });
    expect([it.handler.paths, it.pool.lanes().get("a")?.heldMs]).toEqual([["/1"], 100]);
    await it.clock.advance(100);
    expect(it.handler.paths).toEqual(["/1", "/2"]);
  },
);
