import { equal, rejection, same, soon } from "./assert.ts";
import { type Case, promise } from "./case.ts";
import { collect } from "./collect.ts";

/** The ways in which a task may bring a signal of its own. */
const WAYS = ["its Request", "the Request of its transaction", "its transaction", "requestTask"] as const;

/** A task's own signal, which is heeded from when the task was called. */
export const ownSignal: readonly Case[] = [
  ...WAYS.map((way) =>
    promise(`a task's own signal, of ${way}, ends it in flight, and its connection`, async (context) => {
      const { recorded, words, url, reach, features } = context;
      const { pool, events } = recorded({ workers: 1 });
      const controller = new AbortController();
      const { signal } = controller;
      const reason = new RangeError("enough");
      const target = url("never");
      // Made here, so that nobody but the pool holds the Request.
      const end = rejection(
        pool.run(
          {
            "its Request": () => new Request(target, { signal }),
            "the Request of its transaction": () => ({ request: new Request(target, { signal }) }),
            "its transaction": () => ({ request: new Request(target), signal }),
            requestTask: words.requestTask(target, { signal }),
          }[way],
        ),
        "run",
      );
      await reach("requests", 1);
      if (features.collector) await collect();
      controller.abort(reason);
      equal(await soon(end, "the run"), reason, "the reason");
      await reach("aborted", 1);
      equal(
        await pool.run(words.requestTask(url("echo"), (response) => response.status)),
        200,
        "the next one's status",
      );
      equal(events.filter(({ type }) => type === "finish").length, 2, "finish events");
    }),
  ),

  promise("a task's own signal ends its consumer's read, and is heard no more after the end", async (context) => {
    const { recorded, words, url, reach, features } = context;
    const { pool, events } = recorded({ workers: 1 });
    const controller = new AbortController();
    const reason = new RangeError("enough");
    const request = (answer: string): Request => new Request(url(answer), { signal: controller.signal });
    equal(await pool.run(words.requestTask(request("echo"), ({ status }) => status)), 200, "the first one's status");
    const { promise: reading, resolve: onRead } = Promise.withResolvers<void>();
    const end = rejection(
      pool.run(() => ({
        request: request("drip?ms=10"),
        consumer: (response: Response) => {
          onRead();
          return response.text();
        },
      })),
      "run",
    );
    await soon(reading, "the response");
    if (features.collector) await collect();
    controller.abort(reason);
    equal(await soon(end, "the run"), reason, "the reason");
    await reach("aborted", 1);
    same(
      events.flatMap((event) => (event.type === "finish" ? [event.ok] : [])),
      [true, false],
      "finished well",
    );
  }),
];
