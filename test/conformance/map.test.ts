import { describe, expect, test } from "vitest";
import type { Awaitable, Settled, Source } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { counted, type Lab, lab, type LabOptions } from "../support/lab.ts";
import { listenerCount } from "../support/listener-count.ts";

const toUrl = (input: number): string => `https://example.com/${input}`;
const readText = (response: Response): Promise<string> => response.text();

/** A handler that answers with the path. */
function echo(options: LabOptions = {}): Lab {
  return lab({ handler: async (asked) => new Response(new URL(asked.url).pathname.slice(1)), ...options });
}

/** A source that says how much was taken from it, and whether it was let go. */
class Watched {
  taken = 0;
  returned = 0;
  readonly #end: number;

  constructor(end = Number.POSITIVE_INFINITY) {
    this.#end = end;
  }

  *sync(): Generator<number> {
    try {
      while (this.taken < this.#end) yield this.taken++;
    } finally {
      this.returned++;
    }
  }

  async *async(): AsyncGenerator<number> {
    yield* this.sync();
  }
}

/** A source that counts how often it is opened and closed, and gives what `next` makes. */
class Counted {
  opened = 0;
  readonly closed: unknown[] = [];
  readonly #next: () => Awaitable<IteratorResult<number>>;
  readonly #close: () => Promise<unknown>;

  /** @param close What closing it comes to. */
  constructor(next: () => Awaitable<IteratorResult<number>>, close: () => Promise<unknown> = () => Promise.resolve()) {
    this.#next = next;
    this.#close = close;
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    this.opened++;
    return {
      next: async () => this.#next(),
      return: async (...values: unknown[]) => {
        this.closed.push(values);
        await this.#close();
        return { done: true, value: undefined };
      },
    };
  }
}

const never = (): Promise<never> => new Promise(() => undefined);
const one = (): IteratorResult<number> => ({ done: false, value: 1 });

/** One input, and then nothing for ever. */
async function* slow(): AsyncGenerator<number> {
  yield 1;
  await new Promise(() => undefined);
}

/** Makes four inputs of anything. */
function counting(): TransformStream<unknown, number> {
  return new TransformStream({
    transform: (_, controller) => {
      for (let input = 0; input < 4; input++) controller.enqueue(input);
    },
  });
}

/** The rejections that nobody handled meanwhile. */
async function unhandledIn(act: () => Promise<void>): Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", hear);
  try {
    await act();
    // Node tells of them when all that is ready has run.
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off("unhandledRejection", hear);
  }
  return unhandled;
}

function expected(message: string): TypeError {
  return new TypeError(`Expected ${message}`);
}

async function collect<T>(results: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const result of results) all.push(result);
  return all;
}

describe("what it yields", () => {
  const sources: [string, () => Source<number>][] = [
    ["an array", () => [0, 1, 2, 3]],
    ["a Set", () => new Set([0, 1, 2, 3])],
    ["a generator", () => new Watched(4).sync()],
    ["an async generator", () => new Watched(4).async()],
    ["a ReadableStream", () => new Blob([Uint8Array.of(0)]).stream().pipeThrough(counting())],
  ];

  test.each(sources)("one result per input of %s", async (_, source) => {
    const { pool } = echo({ workers: 2, queueSize: 1 });
    const results = await collect(pool.map(source(), toUrl, readText));
    expect(results.toSorted()).toEqual(["0", "1", "2", "3"]);
    expect(pool.closed).toBe(false);
  });

  test("nothing for a source without inputs", async () => {
    const { pool, log } = echo();
    expect(await collect(pool.map([], toUrl, readText))).toEqual([]);
    expect(log.events).toEqual([]);
  });

  test("a text is an iterable too", async () => {
    const { pool } = echo();
    const results = await collect(pool.map("abc", (letter) => `https://example.com/${letter}`, readText));
    expect(results).toEqual(["a", "b", "c"]);
  });

  test("what `read` returns, given the response, the request and the input; undefined, null and 0 too", async () => {
    const { pool } = echo();
    const values = [undefined, null, 0, "", false];
    const seen: unknown[] = [];
    const results = pool.map(
      values.keys(),
      async (index) => new URL(toUrl(index)),
      (response, request, index) => {
        seen.push([response.status, request.url, index]);
        return values[index];
      },
      { ordered: true },
    );
    expect(await collect(results)).toEqual(values);
    expect(seen).toEqual(values.map((_, index) => [200, toUrl(index), index]));
  });

  test("each as it is done, or in the inputs' order", async () => {
    for (const ordered of [false, true]) {
      const { pool, handler } = lab({ workers: 3 });
      const results = collect(pool.map([0, 1, 2], toUrl, readText, { ordered }));
      await settled();
      for (const number of [2, 0, 1]) {
        handler.call(number).respond(new Response(`${number}`));
        await settled();
      }
      expect(await results).toEqual(ordered ? ["0", "1", "2"] : ["2", "0", "1"]);
    }
  });

  test("a Request, a URL or a text, made when the turn has come", async () => {
    const { pool } = echo({ workers: 1, queueSize: 1 });
    const makes = [toUrl, (n: number) => new URL(toUrl(n)), (n: number) => new Request(toUrl(n), { method: "PUT" })];
    const results = pool.map(
      [0, 1, 2],
      (n) => (makes[n] ?? toUrl)(n),
      async (response, request) => [request.method, await response.text()],
    );
    expect(await collect(results)).toEqual([
      ["GET", "0"],
      ["GET", "1"],
      ["PUT", "2"],
    ]);
  });

  test("a status of 500 is no failure: `read` decides", async () => {
    const { pool } = lab({ handler: async () => new Response("down", { status: 500 }) });
    expect(await collect(pool.map([1], toUrl, ({ status }) => status))).toEqual([500]);
  });

  test("an iterator that is used by hand, and can be asked for more than is there", async () => {
    const { pool } = echo();
    const results = pool.map([7], toUrl, readText);
    expect(results[Symbol.asyncIterator]()).toBe(results);
    const steps = await Promise.all([results.next(), results.next(), results.next()]);
    expect(steps).toEqual([
      { done: false, value: "7" },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});

describe("how far ahead it is", () => {
  test("nothing is taken before it is read", async () => {
    const { pool } = echo();
    const source = new Watched();
    pool.map(source.sync(), toUrl, readText);
    await settled();
    expect(source.taken).toBe(0);
  });

  test.each([false, true])(
    "never more than workers + queueSize inputs ahead of its reader (ordered: %s)",
    async (ordered) => {
      const { pool } = echo({ workers: 2, queueSize: 3 });
      const source = new Watched();
      const results = pool.map(source.async(), toUrl, readText, { ordered });
      for (let read = 1; read <= 4; read++) {
        await results.next();
        for (let turn = 0; turn < 20; turn++) await settled();
        expect(source.taken).toBeLessThanOrEqual(read + 5);
        expect(source.taken).toBeGreaterThanOrEqual(read + 4);
      }
      await results.return?.();
    },
  );

  test("is pulled no faster than the pool can take", async () => {
    const { pool, handler } = lab({ workers: 1, queueSize: 1 });
    const source = new Watched();
    for (let i = 0; i < 2; i++) pool.offer(() => new Request(toUrl(100 + i)));
    const results = pool.map(source.sync(), toUrl, readText);
    const first = results.next();
    await settled();
    expect([source.taken, pool.senders]).toEqual([1, 1]);
    handler.call(0).respond();
    await settled();
    expect([source.taken, pool.senders]).toEqual([2, 1]);
    for (let i = 1; i < 3; i++) {
      handler.call(i).respond(new Response(`${i}`));
      await settled();
    }
    expect(await first).toEqual({ done: false, value: "2" });
    const left = results.return?.();
    handler.call(-1).respond();
    await left;
  });
});

describe("a failure", () => {
  const failure = new Error("failure");

  const failings: [
    string,
    (results: { pool: Lab["pool"]; source: Watched; ordered: boolean }) => AsyncIterable<unknown>,
  ][] = [
    [
      "toRequest",
      ({ pool, source, ordered }) =>
        pool.map(source.sync(), (n) => (n === 2 ? Promise.reject(failure) : toUrl(n)), readText, { ordered }),
    ],
    [
      "read",
      ({ pool, source, ordered }) =>
        pool.map(source.sync(), toUrl, (_, __, n) => (n === 2 ? Promise.reject(failure) : n), { ordered }),
    ],
  ];

  for (const ordered of [false, true]) {
    test.each(failings)(`of %s throws and stops the rest (ordered: ${ordered})`, async (_, make) => {
      const { pool } = echo({ workers: 1, queueSize: 2 });
      const source = new Watched();
      await expect(collect(make({ pool, source, ordered }))).rejects.toBe(failure);
      await settled();
      const { taken } = source;
      await settled();
      expect([source.taken, source.returned]).toEqual([taken, 1]);
      await pool.onIdle();
      expect([pool.waiting, pool.running]).toEqual([0, 0]);
      expect(taken).toBeLessThanOrEqual(6);
    });
  }

  test("of the handler throws at once, also when ordered and an earlier one is not done", async () => {
    const { pool, handler, log } = lab({ workers: 2, queueSize: 5 });
    const results = collect(pool.map([0, 1, 2, 3], toUrl, readText, { ordered: true }));
    const outcome = results.catch((error: unknown) => error);
    await settled();
    handler.call(1).fail(failure);
    expect(await outcome).toBe(failure);
    expect(handler.call(0).init.signal.aborted).toBe(true);
    await settled();
    expect(log.of("finish").filter(({ ok }) => ok)).toEqual([]);
    expect([log.of("finish").length, pool.running, pool.waiting]).toEqual([4, 0, 0]);
  });

  test("of the source throws; the source is not asked to return", async () => {
    const { pool } = echo();
    let returned = 0;
    const source: AsyncIterableIterator<number> = {
      [Symbol.asyncIterator]: () => source,
      next: () => Promise.reject(failure),
      return: async () => {
        returned++;
        return { done: true, value: undefined };
      },
    };
    await expect(collect(pool.map(source, toUrl, readText, { settled: true }))).rejects.toBe(failure);
    expect(returned).toBe(0);
  });

  test("a made request that is none throws a TypeError", async () => {
    const { pool } = echo();
    await expect(collect(pool.map([1], () => "no URL", readText))).rejects.toThrow(TypeError);
    await expect(collect(pool.map([1], () => 5 as unknown as string, readText))).rejects.toThrow(TypeError);
  });

  test("of a closed pool throws, also with `settled`", async () => {
    const { pool } = echo();
    await pool.close();
    await expect(collect(pool.map([1], toUrl, readText, { settled: true }))).rejects.toThrow("closed");
  });

  test("of a pool closed midway throws, and what was accepted is no longer read", async () => {
    const { pool, handler } = lab({ workers: 1, queueSize: 1 });
    const outcome = collect(pool.map(new Watched().sync(), toUrl, readText)).catch((error: unknown) => error);
    await settled();
    const closing = pool.close();
    handler.call(0).respond(new Response("x"));
    expect(await outcome).toMatchObject({ code: "ERR_DISPATCHER_CLOSED" });
    expect(handler.call(1).init.signal.aborted).toBe(true);
    await closing;
  });
});

describe("with `settled`", () => {
  test("failures of toRequest, handler and read become records, like what succeeds", async () => {
    const reasons = [new Error("toRequest"), new TypeError("handler"), new Error("read")];
    const { pool } = lab({
      handler: async (asked) => {
        if (asked.url === toUrl(1)) throw reasons[1];
        return new Response("x");
      },
    });
    const results = pool.map(
      [0, 1, 2, 3],
      (n) => {
        if (n === 0) throw reasons[0];
        return toUrl(n);
      },
      async (response, _, n) => {
        if (n === 2) throw reasons[2];
        return response.text();
      },
      { settled: true, ordered: true },
    );
    const records: Settled<number, string>[] = await collect(results);
    expect(records).toEqual([
      ...reasons.map((reason, input) => ({ input, status: "rejected", reason })),
      { input: 3, status: "fulfilled", value: "x" },
    ]);
    for (const [index, reason] of reasons.entries()) expect(records[index]).toHaveProperty("reason", reason);
  });

  test("tasks given up by the pool's abort become records, then the closed pool throws", async () => {
    const { pool } = lab({ workers: 1, queueSize: 5 });
    const results = pool.map(new Watched(2).sync(), toUrl, readText, { settled: true });
    const first = results.next();
    await settled();
    void pool.abort("stop");
    expect((await first).value).toEqual({ input: 1, status: "rejected", reason: "stop" });
    expect((await results.next()).value).toEqual({ input: 0, status: "rejected", reason: "stop" });
    expect((await results.next()).done).toBe(true);
  });
});

describe("leaving the loop", () => {
  test.each([false, true])(
    "aborts what runs, drops what waits and lets the source go (settled: %s)",
    async (isSettled) => {
      const { pool, handler, log } = lab({ workers: 2, queueSize: 2 });
      const source = new Watched();
      const loop = async (): Promise<void> => {
        const results = isSettled
          ? pool.map(source.async(), toUrl, readText, { settled: true })
          : pool.map(source.async(), toUrl, readText);
        for await (const _ of results) break;
      };
      const left = loop();
      await settled();
      handler.call(0).respond(new Response("x"));
      await left;
      await settled();
      expect(source.returned).toBe(1);
      expect([pool.running, pool.waiting, pool.senders]).toEqual([0, 0, 0]);
      expect(log.of("finish").filter(({ ok }) => ok)).toHaveLength(1);
      for (const event of log.of("finish").slice(1)) {
        expect(event).toMatchObject({ ok: false, error: expect.objectContaining({ name: "AbortError" }) });
      }
    },
  );

  test("before it began takes nothing", async () => {
    const { pool, log } = echo();
    const source = new Watched();
    const results = pool.map(source.sync(), toUrl, readText);
    expect(await results.return?.()).toEqual({ done: true, value: undefined });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect([source.taken, log.events]).toEqual([0, []]);
  });

  test("while the source is in the middle of a pull does not wait for it", async () => {
    const { pool } = echo();
    const loop = async (): Promise<string> => {
      for await (const text of pool.map(slow(), toUrl, readText)) return text;
      return "none";
    };
    await expect(loop()).resolves.toBe("1");
  });

  test("with an error in the loop's body lets go as well", async () => {
    const { pool } = echo();
    const source = new Watched();
    const loop = async (): Promise<void> => {
      for await (const text of pool.map(source.sync(), toUrl, readText)) throw new Error(text);
    };
    await expect(loop()).rejects.toThrow("0");
    await settled();
    expect([source.returned, pool.running, pool.waiting]).toEqual([1, 0, 0]);
  });
});

describe("the source", () => {
  const closed = [[]];

  test("is not opened when the signal is aborted already, nor when its reader leaves before the first result", async () => {
    const { pool } = echo();
    const source = new Counted(one);
    const map = (signal?: AbortSignal): AsyncIterableIterator<string> => pool.map(source, toUrl, readText, { signal });
    const results = map(AbortSignal.abort("before"));
    await expect(results.next()).rejects.toBe("before");
    expect(await results.next()).toEqual({ done: true, value: undefined });
    await map().return?.();
    await expect(map().throw?.("left")).rejects.toBe("left");
    expect([source.opened, source.closed]).toEqual([0, []]);
  });

  test.each(["return", "throw"] as const)("is closed once by %s(), which does not wait for a pull", async (name) => {
    const { pool } = echo();
    const source = new Counted(never, never);
    const results = pool.map(source, toUrl, readText);
    const next = results.next();
    await settled();
    const leaving = results[name]?.("left");
    if (name === "throw") await expect(leaving).rejects.toBe("left");
    else expect(await leaving).toEqual({ done: true, value: "left" });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(source.closed).toEqual(closed);
  });

  test("may take its time to close; throw() waits for that, and throws its own error whatever comes of it", async () => {
    const { pool } = echo({ workers: 1, queueSize: 1 });
    const { promise, reject } = Promise.withResolvers<never>();
    const source = new Counted(one, () => promise);
    const results = pool.map(source, toUrl, readText);
    await results.next();
    await settled();
    const outcome: unknown[] = [];
    results.throw?.("left").catch((error: unknown) => outcome.push(error));
    await settled();
    expect([source.closed, outcome]).toEqual([closed, []]);
    reject(new Error("source"));
    await settled();
    expect(outcome).toEqual(["left"]);
  });

  test("that fails to close fails the leaving of its reader, as in any loop", async () => {
    const { pool } = echo({ workers: 1, queueSize: 1 });
    const failure = new Error("source");
    const results = pool.map(new Counted(one, () => Promise.reject(failure)), toUrl, readText);
    await results.next();
    await settled();
    await expect(results.return?.()).rejects.toBe(failure);
  });

  test.each([
    ["its signal aborts", (_: Lab, caller: AbortController) => caller.abort("stop")],
    ["a request fails", ({ handler }: Lab) => handler.call(0).fail("stop")],
  ])("is closed at once and once when %s, also while nobody reads", async (_, stop) => {
    const it = lab({ workers: 2, queueSize: 1 });
    const caller = new AbortController();
    const source = new Counted(one, () => Promise.reject(new Error("source")));
    const results = it.pool.map(source, toUrl, readText, { signal: caller.signal });
    const first = results.next();
    await settled();
    it.handler.call(1).respond(new Response("x"));
    expect(await first).toEqual({ done: false, value: "x" });
    stop(it, caller);
    await settled();
    expect(source.closed).toEqual(closed);
    await expect(results.next()).rejects.toBe("stop");
    await results.return?.();
    expect([source.opened, source.closed]).toEqual([1, closed]);
  });

  test("is closed also when it aborts the signal itself, in the middle of a pull", async () => {
    const { pool } = echo();
    const caller = new AbortController();
    let returned = 0;
    function* source(): Generator<number> {
      try {
        caller.abort("itself");
        yield 1;
      } finally {
        returned++;
      }
    }
    await expect(collect(pool.map(source(), toUrl, readText, { signal: caller.signal }))).rejects.toBe("itself");
    await settled();
    expect(returned).toBe(1);
  });

  test("is not closed when it has ended by itself", async () => {
    const { pool } = echo();
    const source = new Counted(() => ({ done: true, value: undefined }));
    const results = pool.map(source, toUrl, readText);
    expect(await results.next()).toEqual({ done: true, value: undefined });
    await results.return?.();
    expect([source.opened, source.closed]).toEqual([1, []]);
  });
});

describe("the signal", () => {
  test("aborted already: its reason, nothing taken", async () => {
    const { pool, log } = echo();
    const source = new Watched();
    const results = pool.map(source.sync(), toUrl, readText, { signal: AbortSignal.abort("before") });
    await expect(results.next()).rejects.toBe("before");
    expect([source.taken, log.events]).toEqual([0, []]);
  });

  test.each([false, true])("aborted midway throws its reason and stops the rest (settled: %s)", async (isSettled) => {
    const { pool, log } = lab({ workers: 1, queueSize: 1 });
    const caller = new AbortController();
    const source = new Watched();
    const options = { signal: caller.signal };
    const results = isSettled
      ? collect(pool.map(source.sync(), toUrl, readText, { ...options, settled: true }))
      : collect(pool.map(source.sync(), toUrl, readText, options));
    const outcome = results.catch((error: unknown) => error);
    await settled();
    expect(listenerCount(caller.signal)).toBe(1);
    caller.abort("enough");
    expect(await outcome).toBe("enough");
    await settled();
    expect([source.returned, pool.running, pool.waiting, pool.senders]).toEqual([1, 0, 0, 0]);
    expect(listenerCount(caller.signal)).toBe(0);
    expect(log.failure(1)).toBe("enough");
  });

  test("has one listener while it goes on, none after the end", async () => {
    const { pool } = echo();
    const { signal } = new AbortController();
    const results = pool.map([1, 2], toUrl, readText, { signal });
    expect(listenerCount(signal)).toBe(0);
    await results.next();
    expect(listenerCount(signal)).toBe(1);
    await collect(results);
    expect(listenerCount(signal)).toBe(0);
  });
});

test("a signal of a request that toRequest made gives that one up", async () => {
  const { pool, handler } = lab();
  const caller = new AbortController();
  const toRequest = (): Request => new Request("https://example.com/", { signal: caller.signal });
  const results = pool.map([1], toRequest, readText);
  const first = results.next();
  await settled();
  expect(handler.calls).toHaveLength(1);
  caller.abort("given up");
  await expect(first).rejects.toBe("given up");
});

test("left while a result is waited for, it aborts what runs and ends at once", async () => {
  const { pool, handler } = lab();
  const results = pool.map([1, 2], toUrl, readText);
  const pending = results.next();
  await settled();
  await expect(results.return?.("left")).resolves.toEqual({ done: true, value: "left" });
  await expect(pending).resolves.toEqual({ done: true, value: undefined });
  expect([handler.call(0).init.signal.aborted, pool.running, pool.waiting]).toEqual([true, 0, 0]);
});

test("an error of a source that is let go does not take the place of the first failure", async () => {
  const { pool } = echo();
  await expect(pool.map(failing(), toUrl, refuse).next()).rejects.toThrow("first");
});

function refuse(): never {
  throw new Error("first");
}

function* failing(): Generator<number> {
  try {
    for (let input = 0; ; input++) yield input;
  } finally {
    // oxlint-disable-next-line no-unsafe-finally -- that is what it is about
    throw new Error("let go");
  }
}

/** A source that is never done with its first input. */
function silent(close?: () => Promise<never>): AsyncIterable<number> {
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<never>(() => undefined),
      ...(close !== undefined && { return: close }),
    }),
  };
}

describe("a map whose source does not answer", () => {
  test("ends at once when its signal aborts", async () => {
    const { pool } = echo();
    const controller = new AbortController();
    const results = pool.map(silent(), toUrl, readText, { signal: controller.signal });
    const first = results.next();
    await settled();
    controller.abort("stop");
    await expect(first).rejects.toBe("stop");
  });

  test("is left at once, and what closing it fails with is nobody's", async () => {
    const unhandled = await unhandledIn(async () => {
      const { pool } = echo();
      const results = pool.map(
        silent(() => Promise.reject(new Error("it can't be closed"))),
        toUrl,
        readText,
      );
      void results.next();
      await settled();
      await expect(results.return?.()).resolves.toEqual({ done: true, value: undefined });
    });
    expect(unhandled).toEqual([]);
  });
});

const REFUSAL = new Error("refusal");
const explode = (): never => {
  throw REFUSAL;
};

/** The second pull of a source whose first input is under way by then. */
const second = (next: () => unknown): object => {
  let pulls = 0;
  return { next: () => (pulls++ === 0 ? one() : next()) };
};

describe("a source that breaks the rules of iterators", () => {
  const broken: [string, object, unknown][] = [
    [
      "that is none",
      { [Symbol.iterator]: () => 5 },
      expected("`inputs[Symbol.iterator]()` to be an iterator, got 5 (number)"),
    ],
    [
      "without a next",
      { [Symbol.iterator]: () => ({}) },
      expected("`inputs[Symbol.iterator]()` to be an iterator, got an object"),
    ],
    [
      "with a next that is no function",
      { [Symbol.asyncIterator]: () => ({ next: 5 }) },
      expected("`inputs[Symbol.iterator]()` to be an iterator, got an object"),
    ],
    ["that throws when it is opened", { [Symbol.iterator]: explode }, REFUSAL],
    ["whose next throws", { [Symbol.iterator]: () => second(explode) }, REFUSAL],
    [
      "whose next gives a number",
      { [Symbol.iterator]: () => second(() => 5) },
      expected("`inputs.next()` to be an object, got 5 (number)"),
    ],
    [
      "whose next gives nothing",
      { [Symbol.asyncIterator]: () => second(() => undefined) },
      expected("`inputs.next()` to be an object, got undefined"),
    ],
    ["whose done throws", { [Symbol.iterator]: () => second(() => new Proxy({}, { get: explode })) }, REFUSAL],
    [
      "whose value throws",
      { [Symbol.iterator]: () => second(() => Object.defineProperty({ done: false }, "value", { get: explode })) },
      REFUSAL,
    ],
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
    ["whose then throws", { [Symbol.asyncIterator]: () => second(() => ({ then: explode })) }, REFUSAL],
  ];

  test.each(broken)("%s fails the map clearly, and nothing is left open", async (_, source, failure) => {
    const unhandled = await unhandledIn(async () => {
      const { pool, clock } = lab();
      const results = pool.map(source as Iterable<number>, toUrl, readText);
      await expect(results.next()).rejects.toEqual(failure);
      expect(await results.next()).toEqual({ done: true, value: undefined });
      await settled();
      expect([pool.running, pool.waiting, clock.timers]).toEqual([0, 0, 0]);
    });
    expect(unhandled).toEqual([]);
  });

  test("by an async iterator of null is one of its sync inputs, as in any loop", async () => {
    const { pool } = echo();
    const source = { [Symbol.asyncIterator]: null, [Symbol.iterator]: () => [1][Symbol.iterator]() };
    expect(await collect(pool.map(source as Iterable<number>, toUrl, readText))).toEqual(["1"]);
  });

  test.each([
    ["throws", explode, REFUSAL],
    ["is no function", 5, expect.any(TypeError)],
  ])("by a return that %s fails the leaving alone: what had failed before counts more", async (_, end, failure) => {
    const unhandled = await unhandledIn(async () => {
      const source = { [Symbol.iterator]: () => ({ next: one, return: end }) } as unknown as Iterable<number>;
      const { pool } = echo({ workers: 1, queueSize: 1 });
      const left = pool.map(source, toUrl, readText);
      await left.next();
      await settled();
      await expect(left.return?.()).rejects.toEqual(failure);
      const failed = pool.map(source, toUrl, () => Promise.reject(new Error("read")));
      await expect(failed.next()).rejects.toThrow("read");
      await settled();
      expect([pool.running, pool.waiting]).toEqual([0, 0]);
    });
    expect(unhandled).toEqual([]);
  });
});

test("a source that can't be closed is left as it is", async () => {
  const { pool } = echo({ workers: 1, queueSize: 1 });
  let input = 0;
  const endless = { [Symbol.iterator]: () => ({ next: () => ({ done: false as const, value: input++ }) }) };
  const results = pool.map(endless, toUrl, readText);
  await results.next();
  // No pull is under way any more, so leaving waits for what closing comes to.
  await settled();
  expect(await results.return?.("left")).toEqual({ done: true, value: "left" });
  expect(input).toBe(2);
});

test("what a pull brings after its reader has left is not asked for", async () => {
  const { pool, log } = echo();
  const { promise, resolve } = Promise.withResolvers<IteratorResult<number>>();
  const results = pool.map(new Counted(() => promise), toUrl, readText);
  void results.next();
  await settled();
  await results.return?.();
  resolve(one());
  await settled();
  expect(log.events).toEqual([]);
});

test("the signal of a request that is made of a text is not followed: nobody can abort it", async () => {
  const { pool, handler } = lab();
  const first = pool.map([1], toUrl, readText).next();
  await settled();
  expect(listenerCount(handler.call(0).request.signal)).toBe(0);
  handler.call(0).respond();
  await first;
});

test("with `settled`, an input that stands in line when the pool is closed is no record", async () => {
  const { pool, handler } = lab({ workers: 1, queueSize: 1 });
  pool.offer(counted());
  pool.offer(() => null);
  const first = pool.map([1, 2], toUrl, readText, { settled: true }).next();
  await settled();
  expect(pool.senders).toBe(1);
  const closing = pool.close();
  await expect(first).rejects.toMatchObject({ code: "ERR_DISPATCHER_CLOSED" });
  handler.call(0).respond();
  await closing;
});
