import type { PoolEvent } from "httppool";
import { equal, ok, rejection, same } from "./assert.ts";
import { type Case, promise } from "./case.ts";

/** What a pool tells, and to whom. */
export const events: readonly Case[] = [
  promise("finish tells method, origin and status, and no secret", async ({ recorded, words, url, site }) => {
    const { pool, events: told } = recorded({ name: "told" });
    const headers = { authorization: "Bearer hush" };
    await pool.run(words.requestTask(url("echo?token=hush"), { method: "POST", body: "hush", headers }));
    const finish = told.at(-1);
    ok(finish?.type === "finish", "the last event");
    same([finish.method, finish.origin, finish.status, finish.ok], ["POST", site.test, 200, true], "what it tells");
    ok(!JSON.stringify(told).includes("hush"), "no event tells a secret");
    ok(
      told.every((event) => Object.isFrozen(event) && event.pool === "told"),
      "each is frozen and names its pool",
    );
  }),

  promise("every accepted task has one queue, one start and one finish", async ({ recorded, words, url }) => {
    const { pool, events: told } = recorded({ workers: 3, queueSize: 2 });
    const sends = Array.from({ length: 12 }, (_, n) => pool.send(words.requestTask(url(`bytes?size=${n * 100}`))));
    await Promise.all(sends);
    await pool.onIdle();
    for (const type of ["queue", "start", "headers", "finish"] as const) {
      const ids = told.filter((event) => event.type === type).map((event) => ("id" in event ? event.id : 0));
      same(
        ids.toSorted((a, b) => a - b),
        Array.from({ length: 12 }, (_, n) => n + 1),
        `ids of ${type}`,
      );
    }
    ok(
      told.every((event) => event.type !== "queue" || event.waiting <= 2),
      "waiting is never above queueSize",
    );
  }),

  promise("a failed task's finish has its very error", async ({ recorded, words, url }) => {
    const { pool, events: told } = recorded();
    const error = new RangeError("mine");
    const consumer = (): never => {
      throw error;
    };
    await rejection(pool.run(words.requestTask(url("echo"), consumer)), "run");
    const finish = told.at(-1);
    ok(finish?.type === "finish" && !finish.ok && finish.error === error, "finish");
    equal(finish.status, 200, "the status");
  }),

  promise("a listener that throws or rejects harms nobody", async ({ pool, words, url }) => {
    const errors: unknown[] = [];
    const heard: string[] = [];
    const logger = { debug: (): void => undefined, error: (...args: unknown[]): number => errors.push(args.at(-1)) };
    const worse = (async () => bad()) as unknown as () => void;
    const one = pool({ logger, listeners: [bad, worse, (event: PoolEvent): number => heard.push(event.type)] });
    one.on("start", bad).on("start", () => void heard.push("on start"));
    const task = words.requestTask(url("echo"), (response) => response.status);
    equal(await one.run(task), 200, "the status");
    same(heard, ["queue", "start", "on start", "headers", "finish"], "what others heard");
    await Promise.resolve();
    equal(errors.length, 9, "errors logged");
  }),

  promise("on, once and off do what eventemitter3's do", async ({ pool, words, url }) => {
    const heard: string[] = [];
    const one = pool();
    const listener = (): number => heard.push("on");
    one.on("finish", listener);
    one.once("finish", () => void heard.push("once"));
    const task = words.requestTask(url("echo"));
    await one.run(task);
    await one.run(task);
    one.off("finish", listener);
    await one.run(task);
    same(heard, ["on", "once", "on"], "heard");
  }),

  promise(
    "listeners and consumers run in the async context of whoever queued the task",
    async ({ pool, words, url }) => {
      const { AsyncLocalStorage } = asyncHooks();
      const storage = new AsyncLocalStorage<string>();
      const heard: (string | undefined)[] = [];
      const one = pool({ workers: 1 });
      one.on("finish", () => void heard.push(storage.getStore()));
      const task = words.requestTask(url("echo"), () => void heard.push(storage.getStore()));
      const names = ["a", "b", "c"];
      await Promise.all(names.map((name) => storage.run(name, () => one.run(task))));
      same(heard, ["a", "a", "b", "b", "c", "c"], "contexts");
    },
    ({ asyncContext }) => asyncContext,
  ),
];

function bad(): never {
  throw new RangeError("bad");
}

interface Storage<T> {
  run<R>(store: T, fn: () => R): R;
  getStore(): T | undefined;
}

function asyncHooks(): { readonly AsyncLocalStorage: new <T>() => Storage<T> } {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(id: string): { readonly AsyncLocalStorage: new <T>() => Storage<T> } };
  };
  return process.getBuiltinModule("node:async_hooks");
}
