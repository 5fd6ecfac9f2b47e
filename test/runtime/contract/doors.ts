import type { Handler } from "httppool";
import { between, equal, named, ok, rejection, same, soon, thrown } from "./assert.ts";
import { type Case, promise } from "./case.ts";

/** `send`, `offer` and `run`: accept, wait in line, or refuse. */
export const doors: readonly Case[] = [
  promise(
    "send resolves when the task is queued, not when it has finished",
    async ({ pool, words, url, open, reach }) => {
      const one = pool({ workers: 1 });
      let finished = false;
      one.on("finish", () => (finished = true));
      await one.send(words.requestTask(url("gate")));
      await reach("requests", 1);
      equal(finished, false, "finished");
      await open();
      await one.onIdle();
      equal(finished, true, "finished in the end");
    },
  ),

  promise("a sender waits in line while the queue is full, and no event tells of it", async (context) => {
    const { words, url, open, reach } = context;
    const { pool, events } = context.recorded({ workers: 1, queueSize: 1 });
    for (let i = 0; i < 2; i++) await pool.send(words.requestTask(url("gate")));
    await reach("requests", 1);
    const before = events.length;
    let accepted = false;
    const third = pool.send(words.requestTask(url("gate"))).then(() => (accepted = true));
    await reach("requests", 1);
    same([accepted, pool.senders, pool.waiting, events.length], [false, 1, 1, before], "while the queue is full");
    await open();
    await third;
    await pool.onIdle();
    equal(events.filter(({ type }) => type === "finish").length, 3, "finished");
  }),

  promise(
    "senders come in in the order they stood in line, and nobody barges",
    async ({ pool, words, url, open, reach }) => {
      const one = pool({ workers: 1, queueSize: 1 });
      for (let i = 0; i < 2; i++) await one.send(words.requestTask(url("gate")));
      await reach("requests", 1);
      const order: number[] = [];
      const senders = [1, 2, 3, 4].map((number) =>
        one.send(words.requestTask(url("echo"))).then(() => order.push(number)),
      );
      equal(one.offer(words.requestTask(url("echo"))), false, "an offer while senders wait");
      await open();
      await Promise.all(senders);
      same(order, [1, 2, 3, 4], "order");
      await one.onIdle();
    },
  ),

  promise("an idle pool takes workers + queueSize offers in one turn", async ({ pool, words, url, reach }) => {
    const one = pool({ workers: 2, queueSize: 3 });
    const offers = Array.from({ length: 6 }, () => one.offer(words.requestTask(url("gate"))));
    same(offers, [true, true, true, true, true, false], "offers");
    await reach("requests", 2);
    same([one.running, one.waiting], [2, 3], "running and waiting");
  }),

  promise("a full pool refuses an offer with one reject event", async (context) => {
    const { pool, events } = context.recorded({ workers: 1, queueSize: 1 });
    const task = context.words.requestTask(context.url("gate"));
    pool.offer(task);
    pool.offer(task);
    equal(pool.offer(task), false, "the third offer");
    const refused = events.filter(({ type }) => type === "reject");
    same(refused, [{ type: "reject", pool: pool.name, reason: "full" }], "reject events");
    equal(pool.waiting, 1, "waiting");
  }),

  promise("a closed pool takes nothing, by any door", async ({ recorded, words, url }) => {
    const { pool, events } = recorded();
    await pool.close();
    let called = 0;
    const task = (): null => (called++, null);
    const errors = [
      await rejection(pool.send(task), "send"),
      thrown(() => pool.offer(task), "offer"),
      await rejection(pool.run(task), "run"),
      await rejection(pool.fetch(url("echo")), "fetch"),
    ];
    for (const error of errors) {
      ok(words.isDispatcherClosedError(error), "the guard knows the error");
      named(error, "DispatcherClosedError", "the error");
    }
    equal(called, 0, "tasks called");
    equal(events.filter((event) => event.type === "reject" && event.reason === "closed").length, 4, "reject events");
  }),

  promise("what is no task is a TypeError, and no event", async ({ recorded }) => {
    const { pool, events } = recorded();
    const task = "https://example.com" as unknown as () => null;
    ok((await rejection(pool.send(task), "send")) instanceof TypeError, "send's");
    ok((await rejection(pool.run(task), "run")) instanceof TypeError, "run's");
    ok(thrown(() => pool.offer(task), "offer") instanceof TypeError, "offer's");
    same(events, [], "events");
  }),

  promise("options of a wrong type are a TypeError when the client is made", async ({ pool }) => {
    ok(thrown(() => pool({ workers: Number.NaN }), "workers") instanceof TypeError, "workers: NaN");
    ok(thrown(() => pool({ period: Number.POSITIVE_INFINITY }), "period") instanceof TypeError, "period: Infinity");
    ok(thrown(() => pool({ queueSize: 1.5 }), "queueSize") instanceof TypeError, "queueSize: 1.5");
  }),

  promise("run gives what the consumer returned", async ({ pool, words, url }) => {
    const init = { method: "POST", body: "ping", headers: { "x-probe": "1" } };
    type Echo = { method: string; body: string; headers: Record<string, string> };
    const task = words.requestTask(url("echo"), init, (response) => response.json() as Promise<Echo>);
    const echo = await pool().run(task);
    same([echo?.method, echo?.body, echo?.headers["x-probe"]], ["POST", "ping", "1"], "the echo");
  }),

  promise("a status of 500 is a response like any other", async ({ pool, words, url }) => {
    const task = words.requestTask(url("status?code=500"), async (response) => [
      response.status,
      await response.text(),
    ]);
    same(await pool().run(task), [500, "status 500"], "status and text");
  }),

  promise("an error of task, handler or consumer reaches run as the very same object", async ({ pool, words, url }) => {
    const error = new RangeError("mine");
    const failing = (): never => {
      throw error;
    };
    equal(await rejection(pool().run(failing), "task"), error, "the task's");
    equal(
      await rejection(pool({ handler: failing }).run(words.requestTask(url("echo"))), "handler"),
      error,
      "the handler's",
    );
    equal(await rejection(pool().run(words.requestTask(url("echo"), failing)), "consumer"), error, "the consumer's");
  }),

  promise("a task that makes no request sends none", async ({ pool, counts }) => {
    const one = pool();
    equal(await one.run(() => null), undefined, "null");
    equal(await one.run(async () => undefined), undefined, "a promise of undefined");
    equal((await counts()).requests, 0, "requests");
  }),

  promise("an expired task fails without a request, a fresh one is sent", async ({ pool, words, url, counts }) => {
    const one = pool();
    const task = words.requestTask(url("echo"), (response) => response.status);
    const error = await rejection(one.run(words.perishableTask(Date.now() - 1000, task)), "expired");
    ok(words.isTaskExpiredError(error), "TaskExpiredError");
    equal(await one.run(words.perishableTask(Date.now() + 60_000, task)), 200, "the fresh one's status");
    equal((await counts()).requests, 1, "requests");
  }),

  promise("a filter sees the request and can refuse it", async ({ pool, words, url, counts }) => {
    const one = pool();
    const task = words.requestTask(url("echo?safe"), (response) => response.status);
    ok(
      words.isTaskFilteredError(await rejection(one.run(words.filteredTask(isUnsafe, task)), "filtered")),
      "the error",
    );
    equal(await one.run(words.filteredTask(async () => true, task)), 200, "the other's status");
    equal((await counts()).requests, 1, "requests");
  }),

  promise("no more than workers requests are open at a time", async ({ pool, words, url, open, reach, counts }) => {
    const one = pool({ workers: 3 });
    const runs = Array.from({ length: 9 }, () =>
      one.run(words.requestTask(url("gate"), (response) => response.text())),
    );
    await reach("requests", 3);
    equal(one.running, 3, "running");
    await open();
    same(
      await Promise.all(runs),
      Array.from({ length: 9 }, () => "open"),
      "answers",
    );
    equal((await counts()).mostOpen, 3, "most open at a time");
  }),

  promise("tasks start in the order they were accepted", async ({ pool, words, url, counts }) => {
    const one = pool({ workers: 1 });
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    await Promise.all(numbers.map((number) => one.run(words.requestTask(url(`echo?${number}`)))));
    same(
      (await counts()).asked,
      numbers.map((number) => `GET echo?${number}`),
      "asked",
    );
  }),

  promise("a failing request fails as plain fetch does, and the slot goes on", async ({ pool, words, site, url }) => {
    const one = pool({ workers: 1 });
    const plain = (await rejection(fetch(site.refused), "plain fetch")) as Error;
    const pooled = (await rejection(one.run(words.requestTask(site.refused)), "run")) as Error;
    same([pooled.name, pooled.message], [plain.name, plain.message], "the error");
    const reset = (await rejection(one.run(words.requestTask(url("reset"))), "reset")) as Error;
    ok(reset instanceof Error, "a reset is an error");
    equal(await one.run(words.requestTask(url("echo"), (response) => response.status)), 200, "the next one's status");
  }),

  promise("a body that ends too soon is the consumer's to see", async ({ pool, words, url }) => {
    const one = pool({ workers: 1 });
    const plain = await rejection(
      fetch(url("short")).then((response) => response.text()),
      "plain text()",
    ).catch(() => "none");
    const task = words.requestTask(url("short"), (response) => response.text());
    const pooled = await one.run(task).then(
      () => "none",
      (error: unknown) => error,
    );
    equal((pooled as Error).name, (plain as Error).name, "as with plain fetch");
    await one.run(words.requestTask(url("short"))); // unread: nobody's to see
    equal(await one.run(words.requestTask(url("echo"), (response) => response.status)), 200, "the next one's status");
  }),

  promise("thenables count as promises everywhere", async ({ pool, words, url }) => {
    const one = pool({ handler: lazyFetch });
    const made = {
      request: new Request(url("echo")),
      consumer: (response: Response) => lazily(Promise.resolve(response.status)),
    };
    equal(
      await soon(
        one.run(() => lazily(Promise.resolve(made))),
        "run",
      ),
      200,
      "the status",
    );
    between(one.running, 0, 0, "slots taken");
    ok(words.DEFAULT_WORKERS === 10 && words.DEFAULT_QUEUE_SIZE === 100, "the defaults are told");
  }),
];

const isUnsafe = ({ url }: Request): boolean => !url.endsWith("safe");

/** A thenable that is no promise. */
function lazily<T>(eager: Promise<T>): PromiseLike<T> {
  // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
  return { then: (resolve, reject) => eager.then(resolve, reject) };
}

const lazyFetch: Handler = (request, init) => lazily(fetch(request, init));
