import type { ClientOptions } from "httppool";
import { between, equal, ok, same, soon } from "./assert.ts";
import { type Case, promise, type Words } from "./case.ts";

type Echo = { readonly method: string; readonly body: string; readonly headers: Readonly<Record<string, string>> };
type Handler = NonNullable<ClientOptions["handler"]>;

const form = (): FormData => {
  const made = new FormData();
  made.set("name", "väl");
  return made;
};

/** What may be sent again, and what type it is sent with. */
const BODIES: readonly (readonly [name: string, body: () => BodyInit, type: RegExp])[] = [
  // Bun names no type for a text.
  ["a string", () => "text ä", /^(?:text\/plain|$)/],
  ["a Blob", () => new Blob(["blob"], { type: "text/x-blob" }), /^text\/x-blob/],
  ["parameters", () => new URLSearchParams({ a: "1 2" }), /^application\/x-www-form-urlencoded/],
  ["a buffer", () => new Uint8Array([104, 105]), /^$/],
  ["a form", form, /^multipart\/form-data; boundary=/],
];

/** Sends, and says 503 to the first request. What the server echoed of each is kept. */
function flaky({ fetchHandler }: Words, echoes: Echo[]): Handler {
  return async (request, init) => {
    const response = (await fetchHandler(request, init)) as Response;
    echoes.push((await response.json()) as Echo);
    return new Response(null, { status: echoes.length === 1 ? 503 : 200 });
  };
}

/** The body without the boundary between its parts, which is another each time. */
function partsOf({ body, headers }: Echo): string {
  const boundary = /boundary=(\S+)/.exec(headers["content-type"] ?? "")?.[1];
  return boundary === undefined ? body : body.replaceAll(boundary.replaceAll('"', ""), "…");
}

/** Lanes and retries, as far as they depend on the platform's requests, bodies, headers and time. */
export const traffic: readonly Case[] = [
  promise("a 503 is tried again, and the consumer sees the last answer only", async (context) => {
    const { recorded, retry, words, url } = context;
    const { pool, events } = recorded({ workers: 1, retry: retry({ delay: () => 10, jitter: false }) });
    const statuses: number[] = [];
    const task = words.requestTask(url("flaky?times=2"), (response) => void statuses.push(response.status));
    await soon(pool.run(task), "the task");
    same(statuses, [200], "what the consumer saw");
    same(
      events
        .filter(({ type }) => type === "retry" || type === "finish")
        .map((event) => "attempt" in event && event.attempt),
      [1, 2, 3],
      "the attempts",
    );
  }),

  ...BODIES.map(([name, body, type]) =>
    promise(`pool.fetch sends ${name} again, the same bytes`, async ({ pool, retry, words, url }) => {
      const echoes: Echo[] = [];
      const one = pool({ handler: flaky(words, echoes), retry: retry({ delay: () => 0 }) });
      const response = await soon(one.fetch(url("echo"), { method: "PUT", body: body() }), "fetch");
      equal(response.status, 200, "the status");
      equal(echoes.length, 2, "requests");
      const [first, second] = echoes.map(partsOf);
      ok(first !== undefined && first.length > 0, "a body");
      equal(second, first, "the second body");
      for (const echo of echoes)
        ok(type.test(echo.headers["content-type"] ?? ""), `type ${echo.headers["content-type"]}`);
    }),
  ),

  promise("a Request with a body is sent once", async ({ pool, retry, words, url }) => {
    const echoes: Echo[] = [];
    const one = pool({ handler: flaky(words, echoes), retry: retry({ delay: () => 0, shouldRetry: () => true }) });
    const response = await soon(one.fetch(new Request(url("echo"), { method: "PUT", body: "text" })), "fetch");
    equal(response.status, 503, "the status");
    equal(echoes.length, 1, "requests");
  }),

  promise("slots that tune themselves sink when the server refuses, and grow when it does not", async (context) => {
    const { recorded, adaptive, words, url } = context;
    const { pool, events } = recorded({ workers: adaptive({ start: 10, min: 2, max: 20 }), queueSize: 500 });
    const send = async (address: string, count: number): Promise<void> => {
      const task = words.requestTask(address, (response) => response.status);
      await soon(Promise.all(Array.from({ length: count }, () => pool.run(task))), `${count} tasks`);
    };
    equal(pool.workers, 10, "slots at first");
    await send(url("flaky?times=1000"), 150);
    const least = Math.min(...events.flatMap((event) => (event.type === "limit" ? [event.workers] : [])));
    ok(least < 6, `fewer slots, not ${least}`);
    await send(url("echo"), 400);
    const most = Math.max(...events.flatMap((event) => (event.type === "limit" ? [event.workers] : [])));
    between(most, 2, 20, "slots");
    equal(events.filter((event) => event.type === "finish" && event.ok).length, 550, "tasks that finished well");
  }),

  promise("a Retry-After holds its lane, and no other", async ({ recorded, lanes, words, url }) => {
    const calls: { readonly path: string; readonly at: number }[] = [];
    const handler: Handler = async (request) => {
      calls.push({ path: request.url, at: performance.now() });
      return calls.length > 1
        ? new Response(null)
        : new Response(null, { status: 429, headers: { "Retry-After": "1" } });
    };
    const { pool, events } = recorded({ workers: 4, handler, lanes: lanes({ workers: 1 }) });
    const angry = words.requestTask(url("echo"));
    await soon(pool.run(angry), "the first");
    const held = pool.run(angry);
    await soon(pool.run(words.requestTask("https://other.test/")), "another host's");
    equal(calls.length, 2, "calls during the hold");
    await soon(held, "the held one");
    between((calls[2]?.at ?? 0) - (calls[0]?.at ?? 0), 990, 20_000, "ms between the two");
    const holds = events.flatMap((event) => (event.type === "hold" ? [[event.ms, event.status]] : []));
    same(holds, [[1000, 429]], "holds");
    equal(pool.lanes().size, 0, "lanes after it");
  }),
];
