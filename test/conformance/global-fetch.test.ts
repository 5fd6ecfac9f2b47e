import { afterEach, describe, expect, test, vi } from "vitest";
import { breakerHandler } from "../../src/breaker.ts";
import { Client as CoreClient, kyHandler } from "../../src/index.ts";
import { Client, fetchHandler, type Handler, type Pool, requestTask } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";

/* A pool's fetch in the place of globalThis.fetch, also where somebody has wrapped that again. */

const URL_A = "https://example.com/a";

afterEach(() => {
  vi.unstubAllGlobals();
});

const TEXT = "data:text/plain,hi";

const handlers: [string, () => Pick<CoreClient, "start">][] = [
  ["ky", () => new CoreClient({ workers: 1, handler: kyHandler() })],
  ["ky with retries", () => new CoreClient({ workers: 1, handler: kyHandler({ retry: 1 }) })],
  ["the default handler", () => new CoreClient({ workers: 1 })],
  ["lean's handler", () => new Client({ workers: 1, handler: fetchHandler })],
  ["a breaker", () => new Client({ workers: 1, handler: breakerHandler() })],
];

/** Starts a pool with one slot, in which a request that is queued again would wait for ever. */
function start(make: () => Pick<CoreClient, "start">): { pool: Pool; queued: () => number } {
  const pool = make().start();
  let queued = 0;
  pool.on("queue", () => void queued++);
  return { pool, queued: () => queued };
}

const textOf = async (answer: PromiseLike<Response>): Promise<string> => (await answer).text();

/** A pool in the place of the platform's fetch, wrapped, with room for a task and for what it asks for. */
function wrapped(): ReturnType<typeof start> {
  const started = start(() => new Client({ workers: 2, handler: fetchHandler }));
  const { fetch: inner } = started.pool;
  vi.stubGlobal("fetch", async (input: Request, init: RequestInit) => inner(input, init));
  return started;
}

test.each(handlers)("%s does not call itself", async (_, make) => {
  const { pool } = start(make);
  const other = make().start();
  vi.stubGlobal("fetch", pool.fetch);
  expect(await Promise.all([1, 2, 3].map(() => textOf(fetch(TEXT))))).toEqual(["hi", "hi", "hi"]);
  expect(await textOf(other.fetch(TEXT))).toBe("hi");
  expect(pool.running).toBe(0);
});

test.each(handlers)("%s takes the fetch that was there when the pool started", async (_, make) => {
  const before = vi.fn<typeof fetch>(async () => new Response("before"));
  vi.stubGlobal("fetch", before);
  const { pool } = start(make);
  vi.stubGlobal("fetch", pool.fetch);
  expect(await textOf(fetch(URL_A))).toBe("before");
  const { pool: second } = start(make);
  vi.stubGlobal("fetch", second.fetch);
  expect(await textOf(fetch(URL_A))).toBe("before");
  expect(before).toHaveBeenCalledTimes(2);
});

type Fetch = typeof globalThis.fetch;

const wrappers: [string, (inner: Fetch) => Fetch][] = [
  ["calls on", (inner) => (input, init) => inner(input, init)],
  [
    "is a proxy",
    (inner) =>
      new Proxy(inner, { apply: (target, self, args: Parameters<Fetch>) => Reflect.apply(target, self, args) }),
  ],
  ["is a spy", (inner) => vi.fn<Fetch>(inner)],
  ["makes a request of its own", (inner) => (input, init) => inner(new Request(input, init))],
  [
    "waits",
    (inner) => async (input, init) => {
      await settled();
      return inner(input, init);
    },
  ],
  [
    "waits, and makes a request of its own, as interceptors do",
    (inner) => async (input, init) => {
      const request = new Request(input, init);
      await settled();
      const response = await inner(request.clone());
      return new Response(response.body, response);
    },
  ],
  [
    "is wrapped in turn",
    (inner) => {
      const tracing: Fetch = async (input, init) => await inner(input, init);
      return (input, init) => tracing(input, init);
    },
  ],
];

describe.each(wrappers)("and wrapped by what %s", (_wrapper, wrap) => {
  test.each(handlers)("%s does not send its own requests through the queue again", async (_, make) => {
    const { pool, queued } = start(make);
    vi.stubGlobal("fetch", wrap(pool.fetch));
    expect(await Promise.all([1, 2, 3].map(() => textOf(fetch(TEXT))))).toEqual(["hi", "hi", "hi"]);
    expect(await pool.run(requestTask(TEXT, (response) => response.text()))).toBe("hi");
    expect([pool.running, queued()]).toEqual([0, 4]);
  });

  test("a breaker in that place does not call itself", async () => {
    vi.stubGlobal("fetch", wrap(breakerHandler()));
    expect(await textOf(fetch(TEXT))).toBe("hi");
    vi.stubGlobal("fetch", async () => new Response("before"));
    vi.stubGlobal("fetch", wrap(breakerHandler()));
    expect(await textOf(fetch(URL_A))).toBe("before");
  });
});

test("a wrapper that first asks for something else, like a token, does not wait for its own slot", async () => {
  const { pool, queued } = start(() => new Client({ workers: 1, handler: fetchHandler }));
  const { fetch: inner } = pool;
  vi.stubGlobal("fetch", async (input: Request, init: RequestInit) => {
    await (await inner("data:text/plain,token")).text();
    return inner(input, init);
  });
  expect(await pool.run(requestTask(TEXT, (response) => response.text()))).toBe("hi");
  expect(queued()).toBe(1);
});

describe("what is no request of the pool's own is queued, though it comes from inside", () => {
  test("of a task, with the task's own signal", async () => {
    const { pool, queued } = wrapped();
    await pool.run(async ({ signal }) => {
      expect(await textOf(fetch(TEXT, { signal }))).toBe("hi");
      return new Request(TEXT, { signal });
    });
    expect(queued()).toBe(2);
  });

  test("of a consumer, be it the very Request that it has the response to", async () => {
    const { pool, queued } = wrapped();
    const consumer = async (_: Response, request: Request): Promise<string> => textOf(pool.fetch(request));
    expect(await pool.run(() => ({ request: new Request(TEXT), consumer }))).toBe("hi");
    expect(queued()).toBe(2);
  });

  test("of what a wrapper has begun, once the request that it began it with is over", async () => {
    const { pool, queued } = start(() => new Client({ workers: 1, handler: fetchHandler }));
    const { fetch: inner } = pool;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    let later: Promise<string> | undefined;
    vi.stubGlobal("fetch", (input: Request, init: RequestInit) => {
      later ??= over.then(() => textOf(inner(TEXT)));
      return inner(input, init);
    });
    await pool.run(requestTask(TEXT));
    expect(queued()).toBe(1);
    resolve();
    expect(await later).toBe("hi");
    expect(queued()).toBe(2);
  });

  test("of another task under way beside it", async () => {
    const { pool, queued } = start(() => new Client({ workers: 2, handler: fetchHandler }));
    const { fetch: inner } = pool;
    const { promise: gate, resolve } = Promise.withResolvers<void>();
    vi.stubGlobal("fetch", async (input: Request, init: RequestInit) => {
      await gate;
      return inner(input, init);
    });
    const first = pool.run(requestTask(TEXT));
    const second = pool.fetch(TEXT);
    expect(queued()).toBe(2);
    resolve();
    await Promise.all([first, second]);
    expect(queued()).toBe(2);
  });
});

/** A plain fetch that always fails. */
function failing(): { readonly plain: Fetch; readonly tries: () => number } {
  const plain = vi.fn<Fetch>(() => Promise.reject(new TypeError("network")));
  vi.stubGlobal("fetch", plain);
  return { plain, tries: () => plain.mock.calls.length };
}

/** Tries three times. */
function thrice(inner: Fetch): Fetch {
  return async (input, init) => {
    for (let tries = 1; ; tries++) {
      try {
        return await inner(input, init);
      } catch (error) {
        if (tries === 3) throw error;
      }
    }
  };
}

describe("a wrapper that tries three times", () => {
  test("does so before the pool and for what the pool sends: the pool can't see that it was called by it", async () => {
    const { tries } = failing();
    const { pool, queued } = start(() => new CoreClient({ workers: 1 }));
    vi.stubGlobal("fetch", thrice(pool.fetch));
    await expect(fetch(URL_A)).rejects.toThrow("network");
    expect([queued(), tries()]).toEqual([3, 9]);
  });

  test.each<[string, (plain: Fetch) => Pick<CoreClient, "start">]>([
    ["ky", (plain) => new CoreClient({ workers: 1, handler: kyHandler({ fetch: plain }) })],
    ["its handler", (plain) => new Client({ workers: 1, handler: plain })],
  ])("does so once when the pool has the plain fetch for %s", async (_, make) => {
    const { plain, tries } = failing();
    const { pool, queued } = start(() => make(plain));
    vi.stubGlobal("fetch", thrice(pool.fetch));
    await expect(fetch(URL_A)).rejects.toThrow("network");
    expect([queued(), tries()]).toEqual([3, 3]);
  });
});

test("a wrapper that offers a task of its own, which starts at once, leaves the pool's fetch a way into the queue", async () => {
  const { pool, queued } = start(() => new Client({ workers: 2, handler: fetchHandler }));
  const { fetch: inner } = pool;
  let isTold = false;
  vi.stubGlobal("fetch", (input: Request, init: RequestInit) => {
    if (!isTold) pool.offer(requestTask("data:text/plain,told"));
    isTold = true;
    return inner(input, init);
  });
  await pool.run(requestTask(TEXT));
  await pool.onIdle();
  expect(queued()).toBe(2);
  expect(await textOf(pool.fetch(TEXT))).toBe("hi");
  expect(queued()).toBe(3);
});

/** The package, loaded anew in a runtime that has no `AsyncLocalStorage`. */
async function load(): Promise<{ readonly Client: typeof Client; readonly fetchHandler: Handler }> {
  vi.resetModules();
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  return import("../../src/lean.ts");
}

describe("where the runtime has no AsyncLocalStorage, as in browsers", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.resetModules();
  });

  const seenThrough = wrappers.filter(([name]) => !name.startsWith("waits, and makes"));

  test.each(seenThrough)("a wrapper that %s is seen through all the same", async (_, wrap) => {
    const lean = await load();
    const { pool, queued } = start(() => new lean.Client({ workers: 1, handler: lean.fetchHandler }));
    vi.stubGlobal("fetch", wrap(pool.fetch));
    expect(await Promise.all([1, 2, 3].map(() => textOf(fetch(TEXT))))).toEqual(["hi", "hi", "hi"]);
    expect([pool.running, queued()]).toEqual([0, 3]);
  });
});

test("without a fetch there, neither then nor now, it rejects", async () => {
  vi.stubGlobal("fetch", undefined);
  const { pool } = start(() => new Client({ handler: fetchHandler }));
  const wrapper = vi.fn<Fetch>((input, init) => pool.fetch(input, init));
  vi.stubGlobal("fetch", wrapper);
  await expect(pool.fetch(TEXT)).rejects.toThrow("This runtime has no global `fetch`");
});

test("a wrapper that throws, and one that answers without a promise, are as any handler", async () => {
  const error = new Error("mock");
  const { pool } = start(() => new Client({ handler: fetchHandler }));
  vi.stubGlobal("fetch", () => {
    throw error;
  });
  await expect(pool.fetch(TEXT)).rejects.toBe(error);
  vi.stubGlobal("fetch", () => new Response("now"));
  expect(await textOf(pool.fetch(TEXT))).toBe("now");
  vi.unstubAllGlobals();
  expect(await textOf(pool.fetch(TEXT))).toBe("hi");
});

test("a mock put there later is seen", async () => {
  const mock = vi.fn<typeof globalThis.fetch>().mockImplementation(async () => new Response("mock"));
  const pools = [new CoreClient().start(), new Client({ handler: fetchHandler }).start()];
  vi.stubGlobal("fetch", mock);
  for (const pool of pools) expect(await (await pool.fetch(URL_A)).text()).toBe("mock");
  expect(mock).toHaveBeenCalledTimes(2);
});

/** Wraps the platform's fetch in what first asks for something else. */
function besides(ask: () => Promise<unknown>): void {
  vi.stubGlobal("fetch", async () => {
    await ask();
    return new Response("answer");
  });
}

describe("another pool that a wrapper uses besides", () => {
  const token = "https://example.com/token";

  test("keeps its own handler, its slots and its events", async () => {
    let [running, most] = [0, 0];
    const handler: Handler = async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      return new Response("token");
    };
    const { pool: tokens, queued } = start(() => new Client({ workers: 1, handler }));
    besides(async () => expect(await textOf(tokens.fetch(token))).toBe("token"));
    const pool = new Client({ workers: 4, handler: fetchHandler }).start();
    const answers = await Promise.all(Array.from({ length: 4 }, () => textOf(pool.fetch(URL_A))));
    expect([answers, queued(), most]).toEqual([Array(4).fill("answer"), 4, 1]);
  });

  test("rejects when it is closed", async () => {
    const { pool: tokens } = start(() => new Client({ handler: async () => new Response("token") }));
    await tokens.close();
    besides(() => tokens.fetch(token));
    const pool = new Client({ handler: fetchHandler }).start();
    await expect(pool.fetch(URL_A)).rejects.toMatchObject({ code: "ERR_DISPATCHER_CLOSED" });
  });
});
