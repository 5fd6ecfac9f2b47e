import { between, equal, ok, rejection, same, soon } from "./assert.ts";
import { type Case, type Context, promise } from "./case.ts";

const SIXTY = Array.from({ length: 60 }, (_, index) => index);

/** A busy machine may take longer to drain a little body than a pool waits by default, and then costs a connection. */
const PATIENT = { workers: 1, drain: { ms: 10_000 } };

/** Where bodies are cancelled, each request takes a connection. Where they are drained, one or two; one more on a bad day. */
const FEW = 4;

/** Whatever a consumer leaves of a body, its connection comes back. */
export const cleanUp: readonly Case[] = [
  ...[1024, 65_536].map((size) =>
    promise(`60 unread bodies of ${size} bytes, one after the other, take few connections`, async (context) => {
      const one = context.pool(PATIENT);
      for (const _ of SIXTY) await one.run(context.words.requestTask(context.url(`bytes?size=${size}`)));
      const { requests, connections } = await context.counts();
      equal(requests, 60, "requests");
      between(connections, 1, FEW, "connections");
    }),
  ),

  promise(
    "an unread body of unknown length is drained and its connection used again",
    async ({ pool, words, url, counts }) => {
      const one = pool(PATIENT);
      for (let i = 0; i < 20; i++) await one.run(words.requestTask(url("bytes?size=3000&chunked")));
      between((await counts()).connections, 1, FEW, "connections");
    },
  ),

  promise("20 endless unread bodies are cancelled: nothing hangs, the server sees each end", async (context) => {
    const one = context.pool({ workers: 2, drain: { ms: 60 } });
    const runs = Array.from({ length: 20 }, () => one.run(context.words.requestTask(context.url("endless"))));
    await soon(Promise.all(runs), "the runs");
    equal((await context.reach("aborted", 20)).open, 0, "open requests");
  }),

  promise("a body that drips is given up after drain.ms", async ({ pool, words, url, reach }) => {
    const one = pool({ workers: 1, drain: { ms: 100 } });
    const start = performance.now();
    await soon(one.run(words.requestTask(url("drip?ms=10"))), "run");
    ok(performance.now() - start >= 90, "the time of the budget is used");
    await reach("aborted", 1);
  }),

  promise("a body said to be over the budget is cancelled unread", async ({ pool, words, url, reach }) => {
    const one = pool({ workers: 1, drain: { bytes: 1000 } });
    await soon(one.run(words.requestTask(url("bytes?size=50000000"))), "run");
    await reach("aborted", 1);
  }),

  promise("with drain: 0 nothing is drained", async ({ pool, words, url, reach }) => {
    const one = pool({ workers: 1, drain: { bytes: 0 } });
    await soon(one.run(words.requestTask(url("endless"))), "run");
    await reach("aborted", 1);
  }),

  promise("a body read in part is drained or cancelled", async (context) => {
    await released(context, readOne);
  }),

  promise("a body left locked is aborted", async (context) => {
    await released(context, async (response) => {
      await response.body?.getReader().read();
    });
  }),

  promise("a body left locked and unread is aborted", async (context) => {
    await released(context, (response) => void response.body?.getReader());
  }),

  promise("a body with a read under way is aborted", async (context) => {
    let read: Promise<unknown> | undefined;
    await released(context, (response) => {
      read = response.text().catch((error: unknown) => error);
    });
    ok(await soon(read ?? Promise.resolve(), "the read"), "the read failed");
  }),

  promise("a body whose clone is read in part, or not at all, is released", async (context) => {
    await released(context, async (response) => {
      await response.clone().body?.getReader().read();
    });
  }),

  promise("a body whose clone is left alone is released", async (context) => {
    await released(context, (response) => void response.clone());
  }),

  promise("a clone read to its end leaves no connection behind", async ({ pool, words, url, counts }) => {
    const one = pool({ workers: 1 });
    const task = words.requestTask(url("bytes?size=5000"), async (response) => (await response.clone().text()).length);
    for (let i = 0; i < 10; i++) equal(await soon(one.run(task), "run"), 5000, "bytes read");
    between((await counts()).connections, 1, FEW, "connections");
  }),

  promise("a body read by the consumer takes one connection after the other", async ({ pool, words, url, counts }) => {
    const one = pool({ workers: 1 });
    const task = words.requestTask(url("bytes?size=2000"), async (response) => (await response.text()).length);
    for (let i = 0; i < 20; i++) equal(await one.run(task), 2000, "bytes read");
    between((await counts()).connections, 1, FEW, "connections");
  }),

  promise("a consumer that throws leaves nothing open", async ({ pool, words, url, reach }) => {
    const one = pool({ workers: 1, drain: { ms: 60 } });
    const error = new RangeError("mine");
    const task = words.requestTask(url("endless"), () => {
      throw error;
    });
    equal(await soon(rejection(one.run(task), "run"), "run"), error, "the error");
    await reach("aborted", 1);
  }),

  promise("answers without a body leave nothing to clean up", async ({ pool, words, url, counts }) => {
    const one = pool({ workers: 1 });
    for (const code of [204, 205, 304]) {
      const task = words.requestTask(url(`status?code=${code}`), (response) => response.status);
      equal(await soon(one.run(task), `status ${code}`), code, "the status");
    }
    const head = words.requestTask(url("bytes?size=500000"), { method: "HEAD" }, (response) => response.status);
    equal(await soon(one.run(head), "HEAD"), 200, "HEAD's status");
    same([(await counts()).aborted, (await counts()).open], [0, 0], "aborted and open");
  }),

  promise("a body is released before its task finishes", async ({ pool, words, url }) => {
    const one = pool({ workers: 1 });
    let kept: Response | undefined;
    let used: boolean | undefined;
    one.on("finish", () => (used = kept?.bodyUsed));
    await one.run(words.requestTask(url("bytes?size=1000"), (response) => void (kept = response)));
    equal(used, true, "whether the body was used when finish came");
  }),
];

async function readOne({ body }: Response): Promise<void> {
  const reader = body?.getReader();
  await reader?.read();
  reader?.releaseLock();
}

/** Lets a consumer do its worst to an endless body: the task must end, the server must see the end, the pool must go on. */
async function released(
  { pool, words, url, reach }: Context,
  consumer: (response: Response) => unknown,
): Promise<void> {
  const one = pool({ workers: 1, drain: { ms: 60 } });
  await soon(one.run(words.requestTask(url("endless"), consumer)), "run");
  await reach("aborted", 1);
  const next = words.requestTask(url("echo"), (response) => response.status);
  equal(await soon(one.run(next), "the next one"), 200, "the next one's status");
}
