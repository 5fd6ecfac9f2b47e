import PQueue from "p-queue";
import { afterEach, expect, test, vi } from "vitest";
import { settled } from "../../../support/settled.ts";
import { counted, lab } from "../../../support/lab.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

test("slots run on PQueue: a job for each that has work, and none for each task", async () => {
  const add = vi.spyOn(PQueue.prototype, "add");
  const { pool, handler } = lab({ workers: 2 });
  for (let i = 0; i < 10; i++) pool.offer(counted());
  expect(add).toHaveBeenCalledTimes(2);
  for (let i = 0; i < 10; i++) {
    handler.call(i).respond();
    await settled();
  }
  await pool.onIdle();
  expect(add).toHaveBeenCalledTimes(2);
});

test("as many slots as there may be start in one go", () => {
  const workers = 20_000;
  const { pool } = lab({ workers, queueSize: workers });
  pool.pause();
  for (let i = 0; i < workers; i++) pool.offer(counted());
  pool.resume();
  expect([pool.running, pool.waiting]).toEqual([workers, 0]);
});

test("tasks that offer the next one start as many slots as there may be", () => {
  const workers = 20_000;
  const { pool } = lab({ workers, queueSize: workers });
  let left = workers;
  const task = (): Request => {
    if (--left > 0) pool.offer(task);
    return counted()({} as never);
  };
  pool.offer(task);
  expect([pool.running, pool.waiting]).toEqual([workers, 0]);
});
