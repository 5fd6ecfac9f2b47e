import { afterEach, describe, expect, test, vi } from "vitest";
import { kyHandler, type KyOptions } from "../../../src/handlers/ky.ts";
import { markPoolFetch } from "../../../src/lib/runtime/platform-fetch.ts";
import { request } from "../../support/lab.ts";
import { ScriptedBody } from "../../support/scripted-body.ts";

const sign = ({ request: asked }: { request: Request }): void => asked.headers.set("x-signed", "yes");
const fetchOwn = (): Promise<Response> => Promise.resolve(new Response("own"));
const init = { signal: new AbortController().signal };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** Puts a fetch in the platform's place. */
function stub(answer: (request: Request) => Promise<Response>): ReturnType<typeof vi.fn<typeof fetch>> {
  const mock = vi.fn<typeof fetch>((input) => answer(input as Request));
  vi.stubGlobal("fetch", mock);
  return mock;
}

/** What never answers, but hears of an abort. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));

/** What the promise fails with. */
const failure = (made: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(made).then(
    () => undefined,
    (error: unknown) => error,
  );

test("sends the request as it is, through the fetch of the moment", async () => {
  const handler = kyHandler();
  const seen: unknown[] = [];
  stub(async (sent) => {
    seen.push(sent.url, sent.method, sent.headers.get("x-a"), await sent.text());
    return new Response("x");
  });
  const asked = request("/a?b=c", { method: "POST", body: "body", headers: { "x-a": "1" } });
  const response = await handler(asked, init);
  expect(await response?.text()).toBe("x");
  expect(seen).toEqual(["https://example.com/a?b=c", "POST", "1", "body"]);
});

test("never calls a pool's own fetch", async () => {
  const ours = vi.fn<typeof fetch>();
  vi.stubGlobal("fetch", markPoolFetch({}, ours));
  const response = await kyHandler()(new Request("data:text/plain,hi"), init);
  expect([await response?.text(), ours.mock.calls.length]).toEqual(["hi", 0]);
});

describe("the defaults", () => {
  test.each([400, 404, 408, 429, 500, 503])(
    "a status of %i is an answer: no retry, no error, the body unread",
    async (status) => {
      const body = new ScriptedBody([5]);
      const mock = stub(async () => body.response({ status, headers: { "retry-after": "0" } }));
      const response = await kyHandler()(request(), init);
      expect([response?.status, mock.mock.calls.length, body.pulls]).toEqual([status, 1, 0]);
    },
  );

  test("a network error is not tried again", async () => {
    const mock = stub(() => Promise.reject(new TypeError("fetch failed")));
    await failure(kyHandler()(request(), init));
    expect(mock).toHaveBeenCalledTimes(1);
  });

  test("slow headers are waited for: no timer is set", async () => {
    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<Response>();
    stub(() => promise);
    const answer = kyHandler()(request(), init);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(vi.getTimerCount()).toBe(0);
    resolve(new Response("late"));
    expect(await (await answer)?.text()).toBe("late");
  });

  test("each can be changed", async () => {
    const mock = stub(async () => new Response("x", { status: 500 }));
    const options: KyOptions = { retry: { limit: 2, delay: () => 0 }, throwHttpErrors: true };
    expect(await failure(kyHandler(options)(request(), init))).toMatchObject({ name: "HTTPError" });
    expect(mock).toHaveBeenCalledTimes(3);
  });

  test("hooks are called", async () => {
    const seen: unknown[] = [];
    stub(async ({ headers }) => {
      seen.push(headers.get("x-signed"));
      return new Response("x");
    });
    await kyHandler({ hooks: { beforeRequest: [sign] } })(request(), init);
    expect(seen).toEqual(["yes"]);
  });

  test("a fetch of one's own goes before the platform's", async () => {
    const mock = stub(async () => new Response("platform"));
    const response = await kyHandler({ fetch: fetchOwn })(request(), init);
    expect([await response?.text(), mock.mock.calls.length]).toEqual(["own", 0]);
  });
});

describe("fails as plain fetch does, without the URL in the message", () => {
  test("a network error is the platform's own TypeError", async () => {
    const error = new TypeError("fetch failed");
    stub(() => Promise.reject(error));
    expect(await failure(kyHandler()(request("/secret"), init))).toBe(error);
  });

  test("ky's own timeout is a TimeoutError", async () => {
    vi.stubGlobal("fetch", (_: Request, { signal }: { signal: AbortSignal }) => aborted(signal));
    const error = await failure(kyHandler({ timeout: 1 })(request("/secret"), init));
    expect(error).toBeInstanceOf(DOMException);
    expect(error).toMatchObject({ name: "TimeoutError" });
    expect(String(error)).not.toContain("secret");
  });

  test.each([new Error("why"), null, "text"])("an abort fails with the signal's reason, %o", async (reason) => {
    const controller = new AbortController();
    const { fetch } = globalThis;
    stub((asked) => fetch(asked));
    const outcome = failure(kyHandler()(new Request("data:text/plain,x"), { signal: controller.signal }));
    controller.abort(reason);
    expect(await outcome).toBe(reason);
  });

  test("an abort before the call too", async () => {
    const { fetch } = globalThis;
    stub((asked) => fetch(asked));
    const outcome = failure(kyHandler()(request(), { signal: AbortSignal.abort("before") }));
    expect(await outcome).toBe("before");
  });

  test("what a hook throws is handed on", async () => {
    stub(async () => new Response("x"));
    const error = new Error("hook");
    const hook = (): never => {
      throw error;
    };
    expect(await failure(kyHandler({ hooks: { beforeRequest: [hook] } })(request(), init))).toBe(error);
  });
});

test("a Request of another realm or package is sent, with its method, headers and body", async () => {
  const seen: unknown[] = [];
  stub(async (sent) => {
    seen.push(sent instanceof Request, sent.url, sent.method, sent.headers.get("x-a"), await sent.text());
    return new Response("x");
  });
  const foreign = {
    url: "https://example.com/foreign",
    method: "POST",
    headers: new Headers({ "x-a": "1" }),
    body: "body",
  } as unknown as Request;
  await kyHandler()(foreign, init);
  expect(seen).toEqual([true, "https://example.com/foreign", "POST", "1", "body"]);
});

test.each([null, 5, "x"])("options of %o are a TypeError", (options) => {
  expect(() => kyHandler(options as unknown as KyOptions)).toThrow(/^Expected `options` to be an object, got /);
});

test("keeps the referrer and its policy, which any init would make fetch forget", async () => {
  const mock = stub(async () => new Response("x"));
  await kyHandler()(request("/", { referrer: "https://example.com/page", referrerPolicy: "no-referrer" }), init);
  const [sent, given] = mock.mock.calls[0] as [Request, RequestInit];
  for (const has of [sent, given]) {
    expect([has.referrer, has.referrerPolicy]).toEqual(["https://example.com/page", "no-referrer"]);
  }
});

test("a `fetch` of a polluted Object.prototype is no option", async () => {
  const mock = stub(async () => new Response("x"));
  // oxlint-disable-next-line no-extend-native -- that is what it is about
  Object.defineProperty(Object.prototype, "fetch", { value: "x", configurable: true });
  try {
    await kyHandler()(request(), init);
  } finally {
    Reflect.deleteProperty(Object.prototype, "fetch");
  }
  expect(mock).toHaveBeenCalledTimes(1);
});
