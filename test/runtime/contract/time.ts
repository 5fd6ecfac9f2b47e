import type { DispatchCloser, PoolEvent, Task } from "httppool";
import { between, equal, ok, pause, rejection, same, soon } from "./assert.ts";
import { type Case, type Context, promise } from "./case.ts";

/* WebKit tells the time in whole ms, so what was told of a gap may be one short, and a rounding more. */

/** Slots and time: pace, and limits to how long a transaction may take. */
export const timing: readonly Case[] = [
  promise("a slot's first start is immediate", async ({ pool, words, url }) => {
    const one = pool({ workers: 1, period: 60_000 });
    await soon(one.run(words.requestTask(url("echo"))), "run");
  }),

  promise("two starts of a slot are a period apart", async ({ pool, words, url, counts }) => {
    const one = pool({ workers: 1, period: 200 });
    const began = performance.now();
    const starts: number[] = [];
    // Whoever hears of a start hears of it before the pace counts from it: a busy machine can only make them further apart.
    one.on("start", () => starts.push(performance.now()));
    for (let i = 0; i < 4; i++) await one.send(words.requestTask(url("echo")));
    await soon(one.onIdle(), "idle");
    equal(starts.length, 4, "starts");
    for (const gap of gaps(starts)) ok(gap > 198.9, `two starts are ${gap} ms apart`);
    // What the last one started late, the server has seen late.
    ok(performance.now() - began > 598.9, "three periods went by");
    equal((await counts()).requests, 4, "requests");
  }),

  promise("each slot has a pace of its own", async ({ pool, words, url }) => {
    const one = pool({ workers: 2, period: 150 });
    const slots: number[][] = [[], []];
    one.on("start", ({ slot }) => slots[slot]?.push(performance.now()));
    for (let i = 0; i < 6; i++) await one.send(words.requestTask(url("echo")));
    await soon(one.onIdle(), "idle");
    same(
      slots.map((starts) => starts.length),
      [3, 3],
      "starts by slot",
    );
    for (const gap of slots.flatMap(gaps)) ok(gap > 148.9, `two starts of a slot are ${gap} ms apart`);
  }),

  promise("a slot that was idle for long catches nothing up", async ({ pool, words, url }) => {
    const one = pool({ workers: 1, period: 80 });
    const starts: number[] = [];
    one.on("start", () => starts.push(performance.now()));
    await one.run(words.requestTask(url("echo")));
    await pause(250);
    for (let i = 0; i < 3; i++) await one.send(words.requestTask(url("echo")));
    await soon(one.onIdle(), "idle");
    for (const gap of gaps(starts)) ok(gap > 78.9, `two starts are ${gap} ms apart`);
  }),

  promise("a paused pool starts nothing until it goes on", async ({ pool, words, url, counts, reach }) => {
    const one = pool();
    one.pause();
    await one.send(words.requestTask(url("echo")));
    await pause(50);
    same([one.paused, one.waiting, (await counts()).requests], [true, 1, 0], "while paused");
    one.resume();
    await reach("requests", 1);
    await soon(one.onIdle(), "idle");
  }),

  promise("headers that take too long are a TransactionTimeoutError, and the request is aborted", async (context) => {
    const { words, url } = context;
    const one = context.pool({ workers: 1, timeout: 150 });
    await timesOut(context, one, words.requestTask(url("never")));
  }),

  promise("a body that takes too long is one too", async (context) => {
    const { words, url } = context;
    const one = context.pool({ workers: 1, timeout: 250 });
    await timesOut(
      context,
      one,
      words.requestTask(url("drip?ms=20"), (response) => response.text()),
    );
  }),

  promise("so are a task and a consumer that never settle, and the slot goes on", async ({ pool, words, url }) => {
    const one = pool({ workers: 1, timeout: 500 });
    const errors = [
      await soon(rejection(one.run(never), "task"), "the task's timeout"),
      await soon(rejection(one.run(words.requestTask(url("echo"), never)), "consumer"), "the consumer's"),
    ];
    for (const error of errors) ok(words.isTransactionTimeoutError(error), "TransactionTimeoutError");
    await goesOn(
      one,
      words.requestTask(url("echo"), (response) => response.status),
    );
  }),

  promise(
    "a deaf handler's task finishes in time, its slot stays taken until the late answer, and is free then",
    async (context) => {
      const { words, url, open } = context;
      const one = context.pool({ workers: 1, timeout: 500, handler: deaf });
      const error = await soon(rejection(one.run(words.requestTask(url("gate"))), "run"), "the timeout");
      ok(words.isTransactionTimeoutError(error), "TransactionTimeoutError");
      equal(one.running, 1, "slots taken");
      await soon(one.onIdle(), "idle all the same");
      await open();
      await goesOn(
        one,
        words.requestTask(url("echo"), (response) => response.status),
      );
    },
  ),

  promise("events tell of each step in order, with its time", async ({ recorded, words, url }) => {
    const { pool, events } = recorded({ workers: 1, name: "steps" });
    await pool.run(words.requestTask(url("late?ms=60")));
    same(
      events.map(({ type }) => type),
      ["queue", "start", "headers", "finish"],
      "types",
    );
    const [, start, headers, finish] = events as [PoolEvent, PoolEvent, PoolEvent, PoolEvent];
    ok(start.type === "start" && start.waitedMs >= 0 && start.attempt === 1 && start.slot === 0, "start");
    ok(headers.type === "headers" && headers.status === 200, "headers");
    between(headers.ttfbMs, 50, 5000, "ttfbMs");
    ok(finish.type === "finish" && finish.ok && finish.status === 200 && !("error" in finish), "finish");
    between(finish.durationMs, headers.ttfbMs, 5000, "durationMs");
  }),
];

const never = (): Promise<never> => new Promise(() => undefined);

/** The task ends with the timeout, and with it its request. A machine that stops may let it end before it was sent. */
async function timesOut({ words, counts, reach }: Context, pool: DispatchCloser, task: Task): Promise<void> {
  for (let sent = 0; sent === 0; sent = (await counts()).requests) {
    const error = await soon(rejection(pool.run(task), "run"), "the timeout");
    ok(words.isTransactionTimeoutError(error), "TransactionTimeoutError");
  }
  await reach("aborted", 1);
}

/** The slot goes on. A machine that stops may let one more task run out of time. */
async function goesOn(pool: DispatchCloser, task: Task<number>): Promise<void> {
  const answer = (): Promise<number | undefined> => pool.run(task).catch(() => undefined);
  equal((await soon(answer(), "the next one")) ?? (await soon(answer(), "the one after it")), 200, "the status");
}

/** Hands no signal on. */
const deaf = (request: Request): Promise<Response> => fetch(request);

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
