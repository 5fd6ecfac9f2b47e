import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../../src/api/policies.ts";
import { settled } from "../../support/settled.ts";
import { counted, type Lab, lab, type LabOptions } from "../../support/lab.ts";
import { first, ScriptedRetry } from "../../support/scripted-retry.ts";

/* What a pool makes of tasks that are to be tried again, whatever says so: the judge is the test's. */

interface RetryLab extends Lab {
  readonly retry: ScriptedRetry;
}

const BUSY = (): Response => new Response(null, { status: 503 });

function retryLab(judge: (outcome: Outcome) => number | undefined, options: LabOptions = {}): RetryLab {
  const retry = new ScriptedRetry(judge);
  return { ...lab({ retry, workers: 1, ...options }), retry };
}

/** Answers the last request. */
async function answer({ handler }: Lab, response: Response = BUSY()): Promise<void> {
  handler.call(-1).respond(response);
  await settled();
}

describe("a task that is tried again", () => {
  test("rests outside the slots, and comes back when its rest ends", async () => {
    const it = retryLab(first(1, 100));
    const task = counted();
    const value = it.pool.run(task);
    await answer(it);
    expect([it.pool.running, it.pool.waiting, it.clock.timers]).toEqual([0, 1, 1]);
    await it.clock.advance(99);
    expect(it.handler.calls).toHaveLength(1);
    await it.clock.advance(1);
    expect([it.pool.running, it.pool.waiting, it.handler.calls.length]).toEqual([1, 0, 2]);
    await answer(it, new Response(null));
    expect(await value).toBeUndefined();
    expect(task.contexts.map(({ attempt, id }) => [attempt, id])).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(it.log.lines).toEqual(["queue 1", "start 1", "retry 1", "start 1", "finish 1 ok"]);
    expect(it.log.of("start").map(({ attempt, waitedMs }) => [attempt, waitedMs])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect([it.log.finish(1).attempt, it.clock.timers]).toEqual([2, 0]);
  });

  test("leaves its slot to others meanwhile, and then goes ahead of those that wait", async () => {
    const it = retryLab(({ attempt, request }) => (attempt === 1 && request.url.endsWith("a") ? 100 : undefined));
    for (const path of ["/a", "/b", "/c"]) it.pool.offer(counted(path));
    await answer(it);
    expect(it.handler.paths).toEqual(["/a", "/b"]);
    await it.clock.advance(150);
    await answer(it);
    expect(it.handler.paths).toEqual(["/a", "/b", "/a"]);
    expect(it.log.of("start").at(-1)?.waitedMs).toBe(50);
  });

  test("keeps the pool from being idle, and from having closed", async () => {
    const it = retryLab(first(1, 100));
    it.pool.offer(counted());
    const ends: string[] = [];
    void it.pool.onIdle().then(() => ends.push("idle"));
    await answer(it);
    void it.pool.close().then(() => ends.push("closed"));
    await it.clock.advance(100);
    expect(ends).toEqual([]);
    await answer(it);
    expect(ends.toSorted()).toEqual(["closed", "idle"]);
  });

  test("starts not while the pool is paused, and sets no timer then", async () => {
    const it = retryLab(first(1, 100));
    it.pool.offer(counted());
    await answer(it);
    it.pool.pause();
    expect(it.clock.timers).toBe(0);
    await it.clock.advance(500);
    expect(it.handler.calls).toHaveLength(1);
    it.pool.resume();
    expect(it.handler.calls).toHaveLength(2);
  });

  test.each(["its signal", "the pool"])("ends at rest when %s aborts, at once", async (who) => {
    const it = retryLab(first(1, 100));
    const controller = new AbortController();
    const value = it.pool.run(counted(), { signal: controller.signal });
    await answer(it);
    if (who === "the pool") void it.pool.abort("enough");
    else controller.abort("enough");
    await expect(value).rejects.toBe("enough");
    expect(it.log.finish(1)).toMatchObject({ ok: false, attempt: 1, durationMs: 0, error: "enough" });
    expect([it.pool.waiting, it.clock.timers, "slot" in it.log.finish(1)]).toEqual([0, 0, false]);
    await it.clock.advance(500);
    expect(it.handler.calls).toHaveLength(1);
  });

  test("that ends at rest makes room for who stands in line", async () => {
    const it = retryLab(({ request }) => (request.url.endsWith("a") ? 100 : undefined), { queueSize: 1 });
    const controller = new AbortController();
    it.pool.offer(counted("/a"), { signal: controller.signal });
    it.pool.offer(counted("/b"));
    void it.pool.send(counted("/c"));
    await answer(it);
    expect([it.handler.paths, it.pool.senders]).toEqual([["/a", "/b"], 1]);
    controller.abort();
    expect([it.pool.senders, it.pool.waiting]).toEqual([0, 1]);
  });

  test("of fetch gives its caller the last response only", async () => {
    const it = retryLab(first(1, 100));
    const response = it.pool.fetch("https://example.com/a", { method: "POST", body: "hello" });
    await answer(it);
    await it.clock.advance(100);
    expect(it.retry.resends.map(([{ url }, body]) => [url, body])).toEqual([["https://example.com/a", "hello"]]);
    expect(await it.handler.call(1).request.text()).toBe("hello");
    const last = new Response("ok");
    await answer(it, last);
    expect(await response).toBe(last);
  });
});

describe("who hears of a retry", () => {
  test.each(["its signal", "the pool"])("may abort %s: the task ends, and does not rest", async (whose) => {
    const it = retryLab(first(1, 100));
    const controller = new AbortController();
    it.pool.on("retry", () => {
      if (whose === "the pool") void it.pool.abort("enough");
      else controller.abort("enough");
    });
    const errors: unknown[] = [];
    it.pool.run(counted(), { signal: controller.signal }).catch((error: unknown) => errors.push(error));
    await answer(it);
    await it.clock.advance(500);
    expect([errors, it.handler.calls.length]).toEqual([["enough"], 1]);
    expect([it.log.of("retry").length, it.log.of("finish").length, it.pool.waiting]).toEqual([1, 1, 0]);
  });

  test("hears it in the async context of the call, also after a timeout", async () => {
    const storage = new AsyncLocalStorage<string>();
    const it = retryLab(first(1, 100), { workers: 2, timeout: 50 });
    const heard: unknown[] = [];
    it.pool.on("retry", ({ id }) => heard.push([id, storage.getStore()]));
    storage.run("one", () => it.pool.offer(counted()));
    storage.run("two", () => it.pool.offer(counted()));
    await it.clock.advance(50);
    expect(heard).toEqual([
      [1, "one"],
      [2, "two"],
    ]);
  });
});

describe("while all places are taken by tasks at rest", () => {
  test("a free slot takes who comes, for whom it needs no place", async () => {
    const it = retryLab(({ request }) => (request.url.endsWith("a") ? 60_000 : undefined), { queueSize: 1 });
    it.pool.offer(counted("/a"));
    await answer(it);
    expect([it.pool.offer(counted("/b")), it.handler.paths]).toEqual([true, ["/a", "/b"]]);
  });

  test("a free slot takes who stands in line too: it does not stand idle for the whole of a rest", async () => {
    const it = retryLab(({ request }) => (request.url.endsWith("a") ? 60_000 : undefined), { queueSize: 1 });
    it.pool.offer(counted("/a"));
    it.pool.offer(counted("/b"));
    void it.pool.send(counted("/c"));
    await answer(it);
    await answer(it);
    expect([it.handler.paths, it.pool.senders]).toEqual([["/a", "/b", "/c"], 0]);
  });
});
