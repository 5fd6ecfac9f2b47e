import { equal, named, ok, rejection, soon } from "./assert.ts";
import { type Case, promise } from "./case.ts";
import { collect } from "./collect.ts";

/** A breaker, around a pool's handler and by itself. */
export const breaking: readonly Case[] = [
  promise("a breaker opens after failures in a row, and sends nothing more", async (context) => {
    const { pool, breakerHandler, words, url, counts } = context;
    const breaker = breakerHandler({ threshold: 2, tripOn: ({ status }) => status >= 500 });
    const one = pool({ workers: 1, handler: breaker });
    const status = words.requestTask(url("status?code=503"), (response) => response.status);
    for (const turn of ["first", "second"]) equal(await soon(one.run(status), turn), 503, `the ${turn} answer`);
    const error = await rejection(one.run(status), "the third");
    ok(words.isCircuitOpenError(error), "a CircuitOpenError");
    equal((await counts()).requests, 2, "requests");
    equal([...breaker.states().values()].map(({ state }) => state).join(), "open", "the circuit");
  }),

  promise("a breaker's timeout aborts the request, and another one may follow", async (context) => {
    const { breakerHandler, url, counts, reach } = context;
    const send = breakerHandler({ timeout: 100, threshold: 100 });
    // A machine that stops may let it end before it was sent.
    for (let sent = 0; sent === 0; sent = (await counts()).requests)
      named(await rejection(send(url("never")), "the call"), "TimeoutError", "the error");
    await reach("aborted", 1);
    const patient = breakerHandler({ timeout: 10_000 });
    const response = await soon(patient(url("echo")), "the next call");
    equal(response.status, 200, "the next one's status");
    await response.text();
  }),

  promise("a caller's abort reaches a body behind a breaker", async (context) => {
    const { breakerHandler, features, url, reach } = context;
    const send = breakerHandler({ timeout: 10_000 });
    const controller = new AbortController();
    const { signal } = controller;
    // A signal that has been seen before is shared: it is let go of with the body, but not before.
    await (await send(new Request(url("echo")), { signal })).text();
    // Kept to the end: plain fetch in Deno is deaf to an abort once its response has been collected.
    const response = await send(new Request(url("half")), { signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await soon(reader.read(), "the first piece");
    if (features.collector) await collect();
    const reading = rejection(reader.read(), "the read");
    controller.abort(new RangeError("enough"));
    await soon(reading, "the read's end");
    await reach("aborted", 1);
    equal(response.status, 200, "the status");
  }),

  promise("a caller's abort reaches a body behind a breaker that is called as plain fetch", async (context) => {
    const { breakerHandler, features, url, reach } = context;
    for (const [turn, timeout] of [0, 10_000].entries()) {
      const controller = new AbortController();
      // Kept to the end, as above.
      const response = await breakerHandler({ timeout })(url("half"), { signal: controller.signal });
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      await soon(reader.read(), "the first piece");
      if (features.collector) await collect();
      const reading = rejection(reader.read(), "the read");
      controller.abort(new RangeError("enough"));
      await soon(reading, "the read's end");
      await reach("aborted", turn + 1);
      equal(response.status, 200, "the status");
    }
  }),
];
