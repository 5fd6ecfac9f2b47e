import { equal, named, ok, rejection, same, soon } from "./assert.ts";
import { type Case, promise } from "./case.ts";

type Echo = { readonly method: string; readonly body: string; readonly headers: Readonly<Record<string, string>> };

/** `fetch` through the pool: what plain fetch does, and nothing else. */
export const fetching: readonly Case[] = [
  promise("pool.fetch gives the response that plain fetch gives", async ({ pool, url }) => {
    const [plain, pooled] = [await fetch(url("redirect")), await pool().fetch(url("redirect"))];
    same(seen(pooled), seen(plain), "what is seen of it");
    ok(pooled instanceof Response, "a Response");
    const [theirs, ours] = [(await plain.json()) as Echo, (await pooled.json()) as Echo];
    equal(ours.method, theirs.method, "the method");
  }),

  promise("pool.fetch sends method, headers and body, and needs no this", async ({ pool, url }) => {
    const { fetch: pooled } = pool();
    const response = await pooled(url("echo"), { method: "PUT", body: "ping", headers: { "x-probe": "1" } });
    const echo = (await response.json()) as Echo;
    same([echo.method, echo.body, echo.headers["x-probe"]], ["PUT", "ping", "1"], "the echo");
  }),

  promise("pool.fetch takes a Request and a URL too", async ({ pool, url }) => {
    const one = pool();
    const request = new Request(url("echo"), { method: "POST", body: "a request" });
    equal(((await (await one.fetch(request)).json()) as Echo).body, "a request", "the body");
    equal(((await (await one.fetch(new URL(url("echo")))).json()) as Echo).method, "GET", "the method for a URL");
    const overridden = await one.fetch(new Request(url("echo")), { method: "POST", body: "an init" });
    equal(((await overridden.json()) as Echo).body, "an init", "the init's body");
  }),

  promise("in the place of globalThis.fetch, pool.fetch does not call itself", async ({ pool, url }) => {
    const one = pool({ workers: 1 });
    const { fetch: plain } = globalThis;
    globalThis.fetch = one.fetch;
    try {
      const response = await soon(fetch(url("echo?replaced")), "fetch");
      equal(response.status, 200, "the status");
      await response.text();
    } finally {
      globalThis.fetch = plain;
    }
  }),

  promise("Promise.all over pool.fetch cannot deadlock: headers free the slot", async ({ pool, url }) => {
    const one = pool({ workers: 1, queueSize: 1 });
    const responses = await soon(Promise.all([1, 2, 3].map((n) => one.fetch(url(`echo?${n}`)))), "all");
    const bodies = await Promise.all(responses.map((response) => response.json()));
    equal(bodies.length, 3, "bodies");
  }),

  promise("with hold: body the slot is held until the body is read", async ({ pool, url, open }) => {
    const one = pool({ workers: 1 });
    const response = await one.fetch(url("half"), { hold: "body" });
    equal(one.running, 1, "slots taken at the headers");
    await open();
    equal(await response.text(), "first second", "the body");
    await soon(one.onIdle(), "idle");
    equal(one.running, 0, "slots taken after the body");
  }),

  promise("with hold: body the slot is free when the body is cancelled", async ({ pool, url, reach }) => {
    const one = pool({ workers: 1, hold: "body" });
    const response = await one.fetch(url("endless"));
    await response.body?.cancel();
    await soon(one.onIdle(), "idle");
    equal(one.running, 0, "slots taken");
    await reach("aborted", 1);
  }),

  promise("a response that the pool follows looks like plain fetch's and can be cloned", async ({ pool, url }) => {
    const [plain, held] = [await fetch(url("redirect")), await pool({ hold: "body" }).fetch(url("redirect"))];
    const copy = held.clone();
    for (const response of [held, copy]) {
      same(
        [response.url, response.redirected, response.type, response.status, response.bodyUsed],
        [plain.url, plain.redirected, plain.type, plain.status, plain.bodyUsed],
        "what is seen of it",
      );
    }
    same(isMutable(held), isMutable(plain), "whether its headers can be changed");
    same(((await copy.json()) as Echo).method, "GET", "the copy's body");
    same(((await held.json()) as Echo).method, "GET", "the body");
    await plain.text();
  }),

  promise("pool.fetch fails as plain fetch does", async ({ pool, site }) => {
    const plain = (await rejection(fetch(site.refused), "plain fetch")) as Error;
    const pooled = (await rejection(pool().fetch(site.refused), "pool.fetch")) as Error;
    same([pooled.name, pooled.message], [plain.name, plain.message], "the error");
    named(await rejection(pool().fetch("http://"), "no URL"), "TypeError", "for what is no URL");
  }),

  promise("an aborted pool.fetch rejects with the signal's reason, before and in flight", async (context) => {
    const { pool, url, reach } = context;
    const one = pool();
    const reason = new RangeError("enough");
    equal(await rejection(one.fetch(url("echo"), { signal: AbortSignal.abort(reason) }), "before"), reason, "before");
    equal((await context.counts()).requests, 0, "requests");

    const flying = new AbortController();
    const flight = one.fetch(url("never"), { signal: flying.signal });
    await reach("requests", 1);
    flying.abort(reason);
    equal(await rejection(flight, "in flight"), reason, "in flight");
    await reach("aborted", 1);
  }),

  promise(
    "an abort while the body is read gives the reason, or what plain fetch gives",
    async ({ pool, url, reach }) => {
      const reason = new RangeError("enough");
      const read = async (send: typeof fetch): Promise<unknown> => {
        const { signal, abort } = controller();
        const response = await send(url("half"), { signal });
        const text = rejection(response.text(), "the read");
        abort(reason);
        return soon(text, "the read's end");
      };
      const plain = (await read(fetch)) as Error;
      for (const hold of ["headers", "body"] as const) {
        const pooled = (await read(pool({ hold }).fetch)) as Error;
        if (pooled !== reason) same([hold, pooled.name], [hold, plain.name], "the error");
      }
      await reach("aborted", 3);
    },
  ),

  promise("a null-body status has the body that plain fetch gives it", async ({ pool, url }) => {
    const one = pool({ hold: "body", workers: 1 });
    for (const [answer, method] of [
      ["status?code=204", "GET"],
      ["echo", "HEAD"],
    ] as const) {
      const [plain, pooled] = [await fetch(url(answer), { method }), await one.fetch(url(answer), { method })];
      equal(pooled.body === null, plain.body === null, `${method} ${answer}: whether there is a body`);
      equal(await pooled.text(), "", `${method} ${answer}: the text`);
      await plain.text();
    }
    await soon(one.onIdle(), "idle");
  }),
];

function seen({ status, statusText, ok: fine, redirected, type, url, headers }: Response): unknown[] {
  return [status, statusText, fine, redirected, type, url, headers.get("content-type")];
}

function controller(): { readonly signal: AbortSignal; readonly abort: (reason: unknown) => void } {
  const made = new AbortController();
  return { signal: made.signal, abort: (reason) => made.abort(reason) };
}

function isMutable({ headers }: Response): boolean {
  try {
    headers.set("x-probe", "1");
    return true;
  } catch {
    return false;
  }
}
