import { equal, named, ok, rejection, same, soon, thrown } from "./assert.ts";
import { type Case, promise } from "./case.ts";

/** Aborting and closing, in every phase. */
export const givingUp: readonly Case[] = [
  promise("a signal already aborted refuses the task with its reason", async ({ recorded, words, url, counts }) => {
    const { pool, events } = recorded();
    const reason = new RangeError("no");
    const options = { signal: AbortSignal.abort(reason) };
    const task = words.requestTask(url("echo"));
    equal(await rejection(pool.send(task, options), "send"), reason, "send's");
    equal(await rejection(pool.run(task, options), "run"), reason, "run's");
    equal(
      thrown(() => pool.offer(task, options), "offer"),
      reason,
      "offer's",
    );
    same(
      events.map((event) => event.type === "reject" && event.reason),
      ["aborted", "aborted", "aborted"],
      "events",
    );
    equal((await counts()).requests, 0, "requests");
  }),

  promise("an abort takes a task out of the line, out of the queue, and off its slot", async (context) => {
    const { words, url, reach, counts } = context;
    const { pool, events } = context.recorded({ workers: 1, queueSize: 1 });
    const reasons = ["running", "queued", "in line"].map((where) => new RangeError(where));
    const controllers = reasons.map(() => new AbortController());
    const task = words.requestTask(url("never"));
    const runs = controllers.map(({ signal }) => pool.run(task, { signal }));
    const ends = runs.map((run) => rejection(run, "run"));
    await reach("requests", 1);
    same([pool.running, pool.waiting, pool.senders], [1, 1, 1], "before");
    for (const place of [2, 1, 0]) controllers[place]?.abort(reasons[place]);
    const errors = await soon(Promise.all(ends), "the runs");
    for (const place of [0, 1, 2]) equal(errors[place], reasons[place], "the reason");
    equal((await reach("aborted", 1)).aborted, 1, "requests aborted");
    equal((await counts()).requests, 1, "requests");
    same([pool.waiting, pool.senders], [0, 0], "after");
    equal(events.filter(({ type }) => type === "finish").length, 2, "finish events");
    equal(events.filter(({ type }) => type === "reject").length, 1, "reject events");
  }),

  promise("an abort while the slot is paced drops the task and its timer", async ({ pool, words, url, counts }) => {
    const one = pool({ workers: 1, period: 60_000 });
    await one.run(words.requestTask(url("echo")));
    const controller = new AbortController();
    const run = rejection(one.run(words.requestTask(url("echo")), { signal: controller.signal }), "run");
    controller.abort();
    named(await soon(run, "the run"), "AbortError", "the reason");
    await soon(one.close(), "close()");
    equal((await counts()).requests, 1, "requests");
  }),

  promise("an abort in the consumer's read ends the read and the connection", async ({ pool, words, url, reach }) => {
    const one = pool({ workers: 1 });
    const controller = new AbortController();
    const reason = new RangeError("enough");
    let read: Promise<unknown> | undefined;
    const task = words.requestTask(url("drip?ms=10"), (response) => {
      read = rejection(response.text(), "the read");
      controller.abort(reason);
      return read;
    });
    equal(await soon(rejection(one.run(task, { signal: controller.signal }), "run"), "the run"), reason, "run's");
    ok(await soon(read ?? Promise.resolve(), "the read"), "the read failed too");
    await reach("aborted", 1);
    equal(await one.run(words.requestTask(url("echo"), (response) => response.status)), 200, "the next one's status");
  }),

  promise("the reason may be null", async ({ pool, words, url, reach }) => {
    const controller = new AbortController();
    const run = rejection(pool().run(words.requestTask(url("never")), { signal: controller.signal }), "run");
    await reach("requests", 1);
    controller.abort(null);
    equal(await soon(run, "the run"), null, "the reason");
    await reach("aborted", 1);
  }),

  promise("an abort after the end changes nothing", async ({ recorded, words, url }) => {
    const { pool, events } = recorded();
    const controller = new AbortController();
    const task = words.requestTask(url("echo"), (response) => response.status);
    equal(await pool.run(task, { signal: controller.signal }), 200, "the status");
    controller.abort();
    await pool.onIdle();
    equal(events.filter((event) => event.type === "finish" && event.ok).length, 1, "finish events");
  }),

  promise("a task, a handler and a consumer see the abort in their signal", async ({ pool, words, url, reach }) => {
    const signals: AbortSignal[] = [];
    const handler = (request: Request, init: { readonly signal: AbortSignal }): Promise<Response> => {
      signals.push(init.signal);
      return fetch(request, init);
    };
    const controller = new AbortController();
    const run = pool({ handler }).run(
      (context) => {
        signals.push(context.signal);
        return new Request(url("never"));
      },
      { signal: controller.signal },
    );
    const end = rejection(run, "run");
    await reach("requests", 1);
    const reason = new RangeError("enough");
    controller.abort(reason);
    await end;
    same(
      signals.map(({ aborted }) => aborted),
      [true, true],
      "aborted",
    );
    for (const signal of signals) equal(signal.reason, reason, "the reason");
    ok(!words.isTaskExpiredError(reason), "a guard is not fooled");
  }),

  promise(
    "close() finishes what was accepted and turns senders away",
    async ({ recorded, words, url, open, reach }) => {
      const { pool, events } = recorded({ workers: 1, queueSize: 1 });
      const task = words.requestTask(url("gate"));
      await pool.send(task);
      await pool.send(task);
      const third = rejection(pool.send(task), "the sender in line");
      await reach("requests", 1);
      const closing = pool.close();
      equal(pool.closed, true, "closed");
      equal(pool.close(), closing, "the same promise");
      ok(words.isDispatcherClosedError(await third), "the sender in line is told");
      await open();
      await soon(closing, "close()");
      equal(events.filter((event) => event.type === "finish" && event.ok).length, 2, "finished well");
    },
  ),

  promise("close() lifts a pause", async ({ pool, words, url, counts }) => {
    const one = pool();
    one.pause();
    await one.send(words.requestTask(url("echo")));
    await soon(one.close(), "close()");
    equal((await counts()).requests, 1, "requests");
  }),

  promise("abort() drops what waits and aborts what runs", async ({ recorded, words, url, reach, counts }) => {
    const { pool, events } = recorded({ workers: 1, queueSize: 1 });
    const reason = new RangeError("all of it");
    const runs = [1, 2, 3].map(() => rejection(pool.run(words.requestTask(url("never"))), "run"));
    await reach("requests", 1);
    await soon(pool.abort(reason), "abort()");
    const [running, waiting, inLine] = await soon(Promise.all(runs), "the runs");
    same([running === reason, waiting === reason], [true, true], "the reasons");
    ok(words.isDispatcherClosedError(inLine), "the sender in line is told");
    await reach("aborted", 1);
    equal((await counts()).requests, 1, "requests");
    const finished = events.filter(({ type }) => type === "finish");
    equal(finished.length, 2, "finish events");
    equal(finished.filter((event) => "slot" in event).length, 1, "those with a slot");
  }),

  promise("abort() without a reason gives an AbortError", async ({ pool, words, url, reach }) => {
    const one = pool();
    const run = rejection(one.run(words.requestTask(url("never"))), "run");
    await reach("requests", 1);
    await one.abort();
    named(await run, "AbortError", "the reason");
  }),

  promise(
    "onIdle() resolves when all is finished, at once when nothing is under way",
    async ({ pool, words, url, open }) => {
      const one = pool();
      await soon(one.onIdle(), "idle before");
      await one.send(words.requestTask(url("gate")));
      let idle = false;
      const idling = one.onIdle().then(() => (idle = true));
      equal(idle, false, "idle while a task runs");
      await open();
      await soon(idling, "idle");
    },
  ),

  promise("a pool is async-disposable where the runtime has the symbol", async ({ pool, words, url, counts }) => {
    const { asyncDispose } = Symbol as { readonly asyncDispose?: symbol };
    const one = pool();
    if (asyncDispose === undefined) {
      equal(Object.hasOwn(one, "undefined"), false, "a property named undefined");
      return;
    }
    await one.send(words.requestTask(url("echo")));
    const dispose = (one as unknown as Record<symbol, () => Promise<void>>)[asyncDispose];
    await dispose?.call(one);
    same([one.closed, (await counts()).requests], [true, 1], "closed, and its task was sent");
  }),
];
