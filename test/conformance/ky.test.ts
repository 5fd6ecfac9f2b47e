import ky, { HTTPError, NetworkError, TimeoutError } from "ky";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Client, kyHandler, type KyOptions } from "../../src/index.ts";
import { collectGarbage } from "../support/collect-garbage.ts";
import { settled } from "../support/settled.ts";
import { request } from "../support/lab.ts";
import { listenerCount } from "../support/listener-count.ts";
import { ScriptedBody } from "../support/scripted-body.ts";

const { signal } = new AbortController();

type Fetch = NonNullable<KyOptions["fetch"]>;

afterEach(() => {
  vi.useRealTimers();
});

/** What a handler of these options sends for a request, when all that is sent is answered so. */
async function sentBy(options: KyOptions, asked: Request, status = 200): Promise<Request[]> {
  const sent: Request[] = [];
  const fetch: Fetch = async (input) => {
    sent.push(input);
    return new Response("x", { status });
  };
  await kyHandler({ ...options, fetch })(asked, { signal });
  return sent;
}

const failure = (made: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(made).then(
    () => "no failure",
    (error: unknown) => error,
  );

test("a response whose progress is heard of is one of `fetch` still: it has its URL and its type", async () => {
  const heard: number[] = [];
  const answer = Object.defineProperties(new Response("text", { status: 201, headers: { "x-a": "1" } }), {
    url: { value: "https://example.com/b" },
    redirected: { value: true },
    type: { value: "cors" },
  });
  const handler = kyHandler({
    fetch: async () => answer,
    onDownloadProgress: ({ transferredBytes }) => heard.push(transferredBytes),
  });
  const response = await handler(request("/a"), { signal });
  expect(response).toMatchObject({ url: "https://example.com/b", redirected: true, type: "cors", status: 201 });
  expect([await response?.text(), heard.at(-1), response?.headers.get("x-a")]).toEqual(["text", 4, "1"]);
});

test("a response of a hook, and none at all, whose progress is to be heard of are as they are", async () => {
  const own = kyHandler({ onDownloadProgress: vi.fn(), hooks: { beforeRequest: [() => new Response("own")] } });
  expect((await own(request("/a"), { signal }))?.url).toBe("");
  const none = kyHandler({
    onDownloadProgress: vi.fn(),
    fetch: () => Promise.reject(new TypeError("fetch failed")),
    retry: { limit: 1, delay: () => 0 },
    hooks: { beforeRetry: [() => ky.stop] },
  });
  expect(await none(request("/a"), { signal })).toBeUndefined();
});

describe("what a task's request says itself is stronger than ky's options", () => {
  test("headers are added where the request has none of that name", async () => {
    const headers = { "x-a": "of the handler", "X-B": "of the handler", accept: "text/x" };
    const [sent] = await sentBy({ headers }, request("/", { headers: { "X-A": "of the task", "x-c": "undefined" } }));
    expect(Object.fromEntries(sent?.headers ?? [])).toEqual({
      "x-a": "of the task",
      "x-b": "of the handler",
      "x-c": "undefined",
      accept: "text/x",
    });
  });

  test("headers that are undefined are not sent, as with ky itself", async () => {
    const headers = { q: undefined, r: "1" } as never;
    const [sent] = await sentBy({ headers }, request());
    expect([sent?.headers.has("q"), sent?.headers.get("r")]).toEqual([false, "1"]);
  });

  test.each([
    ["patch", "patch"],
    ["query", "query"],
    ["PATCH", "PATCH"],
    ["post", "POST"],
  ])("a method of %s goes as %s, as with plain fetch, and with its body", async (method, gone) => {
    const seen: unknown[] = [];
    const fetch: Fetch = async (input) => {
      seen.push(input.method, input.headers.get("x-a"), input.signal.aborted, await input.text());
      return new Response("x");
    };
    const asked = request("/", { method, body: "body", headers: { "x-a": "1" } });
    await kyHandler({ fetch })(asked, { signal });
    expect(seen).toEqual([gone, "1", false, "body"]);
  });

  test("hooks see the headers that were added", async () => {
    const seen: unknown[] = [];
    const hook = ({ request: { headers } }: { request: Request }): void => {
      seen.push(headers.get("x-a"));
      headers.delete("x-a");
    };
    const [sent] = await sentBy({ headers: [["x-a", "1"]], hooks: { beforeRequest: [hook] } }, request());
    expect([seen, sent?.headers.has("x-a")]).toEqual([["1"], false]);
  });

  test("method, body, mode, redirect, credentials and the like go as they are", async () => {
    const said = {
      method: "PATCH",
      mode: "same-origin",
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      integrity: "sha256-x",
      keepalive: true,
    } as const;
    const seen: [Request, string][] = [];
    const fetch: Fetch = async (input) => {
      seen.push([input, await input.text()]);
      return new Response("x");
    };
    const options = { fetch, timeout: 1000, retry: 2, totalTimeout: 2000, headers: { "x-a": "1" }, context: {} };
    await kyHandler(options)(request("/?q=1#f", { ...said, body: "body" }), { signal });
    expect(seen[0]?.[0]).toMatchObject({ ...said, url: "https://example.com/?q=1#f" });
    expect(seen[0]?.[1]).toBe("body");
  });

  test.each([
    "searchParams",
    "json",
    "stringifyJson",
    "body",
    "method",
    "mode",
    "redirect",
    "credentials",
    "cache",
    "integrity",
    "keepalive",
    "referrer",
    "referrerPolicy",
    "signal",
    "duplex",
    "window",
    "prefix",
    "prefixUrl",
    "baseUrl",
    "retires",
    "throwHttpError",
  ])("so the option %s is refused at once, by name", (name) => {
    expect(() => kyHandler({ [name]: "x" })).toThrow(TypeError);
    expect(() => kyHandler({ [name]: "x" })).toThrow(new RegExp(`^Expected \`options\` .* got \`${name}\`$`));
    expect(() => kyHandler({ [name]: undefined })).not.toThrow();
  });

  test.each<[string, object]>([
    ["init", { hooks: { init: [] } }],
    ["beforeRequests", { hooks: { beforeRequests: [] } }],
    ["limits", { retry: { limits: 2 } }],
    ["statuscodes", { retry: { limit: 2, statuscodes: [503] } }],
  ])("and so is %s, among the hooks and the rules for retries", (name, options) => {
    expect(() => kyHandler(options)).toThrow(new RegExp(` got \`${name}\`$`));
  });

  test("headers that are none are refused at once", () => {
    expect(() => kyHandler({ headers: { "no header": "x" } })).toThrow(TypeError);
    expect(() => kyHandler({ fetch: 5 as unknown as Fetch })).toThrow(/^Expected `fetch` to be a function/);
  });
});

test("what only fetch knows is passed to it", async () => {
  const extras: KyOptions = { dispatcher: {}, client: {}, proxy: "x", tls: {}, cf: {}, next: {}, priority: "low" };
  for (const retry of [0, 1]) {
    const fetch = vi.fn<Fetch>(async () => new Response("x"));
    await kyHandler({ ...extras, retry, fetch })(request(), { signal });
    expect(fetch.mock.calls[0]?.[1]).toMatchObject(extras);
  }
});

test("options of undefined are as good as absent", async () => {
  vi.useFakeTimers();
  const options: KyOptions = {
    retry: undefined,
    timeout: undefined,
    totalTimeout: undefined,
    throwHttpErrors: undefined,
    hooks: undefined,
    headers: undefined,
    fetch: undefined,
    context: undefined,
  };
  expect(await sentBy(options, request(), 503)).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

describe("retries", () => {
  const at0 = { delay: () => 0 };

  test("`retry: 2` alone tries network errors again, not a 503", async () => {
    expect(await sentBy({ retry: { limit: 2, ...at0 } }, request(), 503)).toHaveLength(1);
    const fetch = vi.fn<Fetch>(() => Promise.reject(new TypeError("fetch failed")));
    await failure(kyHandler({ retry: { limit: 2, ...at0 }, fetch })(request(), { signal }));
    await failure(kyHandler({ retry: { limit: 2, ...at0 }, fetch })(request("/", { method: "POST" }), { signal }));
    expect(fetch).toHaveBeenCalledTimes(3 + 1);
  });

  test("with `throwHttpErrors` a 503 is tried again too, and in the end fails the task", async () => {
    const fetch = vi.fn<Fetch>(async () => new Response("x", { status: 503 }));
    const options: KyOptions = { retry: { limit: 2, ...at0 }, throwHttpErrors: true, fetch };
    expect(await failure(kyHandler(options)(request(), { signal }))).toBeInstanceOf(HTTPError);
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test("when the next attempt begins, the last one's body is aborted, whoever holds it", async () => {
    const signals: (AbortSignal | null | undefined)[] = [];
    const fetch: Fetch = async (_, init) => {
      signals.push(init.signal);
      return new ScriptedBody([3], "hang").response();
    };
    const held: Response[] = [];
    const again = ({ response, retryCount }: { response: Response; retryCount: number }): unknown => {
      held.push(response.clone());
      return retryCount < 2 ? ky.retry({ delay: 0 }) : undefined;
    };
    const handler = kyHandler({ retry: 2, fetch, hooks: { afterResponse: [again] } });
    expect((await handler(request(), { signal }))?.status).toBe(200);
    expect(signals.map((given) => given?.aborted)).toEqual([true, true, false]);
  });
});

describe("a timeout of ky's own", () => {
  /** Never answers of itself. `polite`: hears of an abort; else the test lets it go. */
  class Server {
    underWay = 0;
    most = 0;
    started = 0;
    readonly end: ((response: Response) => void)[] = [];
    readonly #polite: boolean;

    constructor(polite: boolean) {
      this.#polite = polite;
    }

    readonly fetch: Fetch = async (_, init) => {
      this.started++;
      this.most = Math.max(this.most, ++this.underWay);
      const { promise, resolve, reject } = Promise.withResolvers<Response>();
      this.end.push(resolve);
      if (this.#polite) init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      try {
        return await promise;
      } finally {
        this.underWay--;
      }
    };
  }

  const options: KyOptions = { timeout: 100, retry: { limit: 5, retryOnTimeout: true, delay: () => 0 } };

  /** Two slots, four tasks. */
  function start(server: Server, more: KyOptions = {}): { pool: ReturnType<Client["start"]>; failures: unknown[] } {
    const pool = new Client({ workers: 2, handler: kyHandler({ ...options, fetch: server.fetch, ...more }) }).start();
    const failures: unknown[] = [];
    for (let i = 0; i < 4; i++) pool.run(() => request()).catch((error: unknown) => failures.push(error));
    return { pool, failures };
  }

  test.each<[string, KyOptions, number]>([
    ["of an attempt", {}, 4 * 6],
    ["of all attempts", { timeout: false, totalTimeout: 100 }, 4],
  ])("%s aborts the request before the next begins: never more than slots", async (_, more, started) => {
    vi.useFakeTimers();
    const server = new Server(true);
    const { failures } = start(server, more);
    await vi.advanceTimersByTimeAsync(2000);
    expect([server.most, server.underWay, server.started]).toEqual([2, 0, started]);
    expect(failures).toHaveLength(4);
    for (const error of failures) expect(error).toMatchObject({ name: "TimeoutError" });
    for (const error of failures) expect(error).not.toBeInstanceOf(TimeoutError);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, KyOptions]>([
    ["of an attempt", {}],
    ["of the only attempt", { retry: 0 }],
    ["of all attempts, of which there is one", { retry: 0, timeout: false, totalTimeout: 100 }],
  ])("%s waits for a fetch that ignores its abort, and cancels what that answers too late", async (_, more) => {
    vi.useFakeTimers();
    const server = new Server(false);
    const { pool, failures } = start(server, more);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([server.most, server.started, pool.running, failures.length]).toEqual([2, 2, 2, 0]);
    const bodies = [new ScriptedBody([3]), new ScriptedBody([3])];
    for (const [index, body] of bodies.entries()) server.end[index]?.(body.response());
    await vi.advanceTimersByTimeAsync(10_000);
    expect([server.most, server.started, failures.length]).toEqual([2, 4, 2]);
    expect(bodies.map(({ cancels }) => cancels.length)).toEqual([1, 1]);
  });

  test("waits for it too when a hook has an answer of its own", async () => {
    vi.useFakeTimers();
    const server = new Server(false);
    const beforeRetry = [(): Response => new Response("of the hook")];
    const answer = kyHandler({ ...options, fetch: server.fetch, hooks: { beforeRetry } })(request(), { signal });
    let isThere = false;
    void Promise.resolve(answer).then(() => (isThere = true));
    await vi.advanceTimersByTimeAsync(1000);
    expect(isThere).toBe(false);
    server.end[0]?.(new Response("late"));
    expect(await (await answer)?.text()).toBe("of the hook");
  });

  test("reaches a request that a hook has put in the place of ky's", async () => {
    vi.useFakeTimers();
    const server = new Server(true);
    const beforeRequest = [(): Request => request("/other")];
    const { failures } = start(server, { hooks: { beforeRequest } });
    await vi.advanceTimersByTimeAsync(2000);
    expect([server.most, server.underWay, failures.length]).toEqual([2, 0, 4]);
    for (const error of failures) expect(error).toMatchObject({ name: "TimeoutError" });
  });

  test.each([false, true])(
    "the pool's abort reaches the request, and ends the retries (polite: %o)",
    async (polite) => {
      vi.useFakeTimers();
      const server = new Server(polite);
      const { pool, failures } = start(server);
      await vi.advanceTimersByTimeAsync(50);
      void pool.abort("enough");
      await vi.advanceTimersByTimeAsync(2000);
      expect(failures).toEqual(["enough", "enough", "enough", "enough"]);
      expect([server.started, pool.running]).toEqual([2, polite ? 0 : 2]);
      for (const end of server.end) end(new Response("late"));
      await vi.advanceTimersByTimeAsync(0);
      expect(pool.running).toBe(0);
    },
  );

  test("what was aborted while a hook ran is not sent", async () => {
    const caller = new AbortController();
    const server = new Server(false);
    const beforeRequest = [(): void => caller.abort("meanwhile")];
    const handler = kyHandler({ ...options, fetch: server.fetch, hooks: { beforeRequest } });
    expect(await failure(handler(request(), { signal: caller.signal }))).toBe("meanwhile");
    expect(server.started).toBe(0);
  });

  test("the caller's abort reaches the body, and nothing stays on the caller's signal when it is gone", async () => {
    const caller = new AbortController();
    const given: AbortSignal[] = [];
    const fetch: Fetch = async (_, init) => {
      given.push(init.signal as AbortSignal);
      return new Response("x");
    };
    const handler = kyHandler({ ...options, fetch });
    const send = (): PromiseLike<unknown> => handler(request(), { signal: caller.signal });
    await send();
    expect(listenerCount(caller.signal)).toBe(1);
    await collectGarbage(() => listenerCount(caller.signal) === 0);
    expect(listenerCount(caller.signal)).toBe(0);
    const response = await send();
    caller.abort("enough");
    expect(given.map(({ aborted }) => aborted)).toEqual([false, true]);
    expect(response).toBeInstanceOf(Response);
  });

  test("an answer without a body leaves nothing on the caller's signal", async () => {
    const caller = new AbortController();
    const handler = kyHandler({ ...options, fetch: async () => new Response(null) });
    await handler(request(), { signal: caller.signal });
    await settled();
    expect(listenerCount(caller.signal)).toBe(0);
  });
});

const answering: Fetch = async () => new Response("x");
const failing: Fetch = () => Promise.reject(new TypeError("fetch failed"));
const error = (name: string): Error => Object.assign(new Error("hook"), { name });

describe("errors", () => {
  test.each([
    error("TimeoutError"),
    error("NetworkError"),
    Object.assign(error("NetworkError"), { cause: new Error("cause") }),
    new NetworkError(new Request("https://auth.example.com/token"), { cause: new TypeError("fetch failed") }),
    new TimeoutError(new Request("https://auth.example.com/token")),
  ])("of hooks come through unchanged: %o", async (thrown) => {
    const hook = (): never => {
      throw thrown;
    };
    for (const hooks of [{ beforeRequest: [hook] }, { afterResponse: [hook] }]) {
      expect(await failure(kyHandler({ fetch: answering, hooks })(request(), { signal }))).toBe(thrown);
    }
    const beforeError = [(): Error => thrown];
    const handler = kyHandler({ fetch: failing, hooks: { beforeError } });
    expect(await failure(handler(request(), { signal }))).toBe(thrown);
    const beforeRetry = kyHandler({
      fetch: failing,
      retry: { limit: 1, delay: () => 0 },
      hooks: { beforeRetry: [hook] },
    });
    expect(await failure(beforeRetry(request(), { signal }))).toBe(thrown);
  });

  test("of a fetch of one's own too, whatever their name", async () => {
    const thrown = error("TimeoutError");
    const fetch: Fetch = () => Promise.reject(thrown);
    expect(await failure(kyHandler({ fetch })(request(), { signal }))).toBe(thrown);
  });

  test.each([0, 1])("but ky's own network error is the platform's, with retries or without (%i)", async (limit) => {
    const cause = new TypeError("fetch failed");
    const handler = kyHandler({ fetch: () => Promise.reject(cause), retry: { limit, delay: () => 0 } });
    expect(await failure(handler(request("/secret"), { signal }))).toBe(cause);
    const beforeRequest = [(): Request => request("/secret/other")];
    const redirected = kyHandler({ fetch: () => Promise.reject(cause), hooks: { beforeRequest } });
    expect(await failure(redirected(request(), { signal }))).toBe(cause);
  });
});
