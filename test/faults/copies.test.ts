import { createRequire } from "node:module";
/* oxlint-disable import/namespace -- the classes are looked up by name, of either copy */
import * as first from "httppool";
import * as lean from "httppool/lean";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { serve } from "./stage.ts";

/** What require() gives is another copy of the package, with classes of its own. */
const second = createRequire(import.meta.url)("httppool") as typeof first;

const NAMES = ["DispatcherClosedError", "TaskExpiredError", "TaskFilteredError", "TransactionTimeoutError"] as const;

test.each(NAMES)("29. a %s of one copy of the package is recognised by the other", (name) => {
  const ours = new first[name](1);
  const theirs = new second[name](1);
  expect(theirs).not.toBeInstanceOf(first[name]);
  expect(theirs.code).toBe(ours.code);
  for (const copy of [first, second, lean]) {
    const guards = {
      DispatcherClosedError: copy.isDispatcherClosedError,
      TaskExpiredError: copy.isTaskExpiredError,
      TaskFilteredError: copy.isTaskFilteredError,
      TransactionTimeoutError: copy.isTransactionTimeoutError,
    };
    for (const error of [ours, theirs]) {
      const recognised = Object.entries(guards).filter(([, guard]) => guard(error));
      expect(recognised.map(([guarded]) => guarded)).toEqual([name]);
    }
  }
});

test("29. a pool of one copy fails with errors that the other recognises", async () => {
  const pool = new second.Client({ timeout: 50 }).start();
  const failures = await Promise.allSettled([
    pool.run(second.perishableTask(0, () => null)),
    pool.run(second.filteredTask(() => false, second.requestTask("http://127.0.0.1/"))),
    pool.run(() => new Promise<never>(() => undefined)),
  ]);
  await pool.close();
  const guards = [first.isTaskExpiredError, first.isTaskFilteredError, first.isTransactionTimeoutError];
  expect(failures.map((one, index) => one.status === "rejected" && guards[index]?.(one.reason))).toEqual([
    true,
    true,
    true,
  ]);
  await expect(pool.send(() => null)).rejects.toSatisfy(first.isDispatcherClosedError);
});

/** What somebody may put around a fetch. */
const wrap =
  (inner: typeof fetch): typeof fetch =>
  (...args) =>
    inner(...args);

test("29. pools of two copies whose fetches are wrapped in turn don't wait for each other", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const { fetch: platform } = globalThis;
  const pools = [new first.Client({ workers: 1 }), new second.Client({ workers: 1 })].map((client) => {
    const pool = client.start();
    globalThis.fetch = wrap(pool.fetch);
    return pool;
  });
  try {
    const task = first.requestTask(server.origin, (response) => response.text());
    const texts = [fetch(server.origin).then((response) => response.text()), ...pools.map((pool) => pool.run(task))];
    expect(await Promise.all(texts)).toEqual(["hello", "hello", "hello"]);
  } finally {
    globalThis.fetch = platform;
  }
});
