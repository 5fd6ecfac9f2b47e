import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  CircuitOpenError,
  DispatcherClosedError,
  TaskExpiredError,
  TaskFilteredError,
  TransactionTimeoutError,
} from "../../../../src/api/errors.ts";
import type { Outcome } from "../../../../src/api/policies.ts";
import { Budget } from "../../../../src/traffic/retry/budget.ts";
import { judge } from "../../../../src/traffic/retry/judge.ts";
import { type RetryOptions, settingsOf } from "../../../../src/traffic/retry/options.ts";
import { settled } from "../../../support/fake-clock.ts";
import { LogBook } from "../../../support/log-book.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const NOW = Date.UTC(2026, 10, 25, 12);

/** A response with this status, that says to wait. */
const told = (status: number, after?: string): Response =>
  new Response(null, { status, ...(after !== undefined && { headers: { "retry-after": after } }) });

interface Court {
  judge(outcome?: Partial<Outcome>): number | undefined;
  readonly book: LogBook;
}

/** Judges by these options, without jitter; a 503 of a GET, unless it is told otherwise. */
function court(options: RetryOptions = {}, budget?: Budget): Court {
  const settings = settingsOf({ jitter: false, ...options });
  const book = new LogBook();
  const host = { clock: new ManualClock(), logger: book, date: () => NOW };
  const usual = {
    lane: undefined,
    request: new Request("https://example.com/"),
    error: undefined,
    attempt: 1,
    upload: undefined,
  };
  return {
    book,
    judge: (outcome = {}) => {
      const response = outcome.error === undefined ? told(503) : undefined;
      return judge(settings, host, budget, { ...usual, response, ...outcome });
    },
  };
}

const stream = (): ReadableStream => new Response("x").body as ReadableStream;
const date = (ms: number): string => new Date(NOW + ms).toUTCString();
const sending = (init: RequestInit): Request => new Request("https://example.com/", init);

describe("a status", () => {
  test.each([408, 425, 429, 500, 502, 503, 504])("of %i is tried again", (status) => {
    expect(court().judge({ response: told(status) })).toBe(300);
  });

  test.each([200, 204, 301, 304, 400, 401, 403, 404, 409, 413, 418, 501, 505])("of %i is not", (status) => {
    expect(court().judge({ response: told(status) })).toBeUndefined();
  });

  test("is looked up in `statusCodes`, when they are given", () => {
    const { judge: by } = court({ statusCodes: [418], afterStatusCodes: [] });
    expect([by({ response: told(418) }), by({ response: told(503) })]).toEqual([300, undefined]);
  });

  test("from 200 to 299 is final, whatever is asked for", () => {
    const shouldRetry = vi.fn<() => boolean>(() => true);
    const { judge: by } = court({ statusCodes: [200, 299, 199, 300], afterStatusCodes: [200], shouldRetry });
    expect([by({ response: told(200, "1") }), by({ response: told(299) })]).toEqual([undefined, undefined]);
    expect(shouldRetry).not.toHaveBeenCalled();
    expect(by({ response: told(300) })).toBe(300);
  });
});

describe("a method", () => {
  test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY", "put", "query"])("of %s is sent again", (method) => {
    expect(court().judge({ request: sending({ method }) })).toBe(300);
  });

  test.each(["POST", "PATCH", "post", "patch", "PURGE"])("of %s is not", (method) => {
    expect(court().judge({ request: sending({ method }) })).toBeUndefined();
    expect(court().judge({ request: sending({ method }), error: new TypeError("fetch failed") })).toBeUndefined();
  });

  test.each([425, 429])("of any kind is on a %i: the server has done nothing", (status) => {
    expect(court().judge({ request: sending({ method: "POST" }), response: told(status) })).toBe(300);
  });

  test.each(["Idempotency-Key", "idempotency-key"])("of any kind is with an %s", (name) => {
    const request = sending({ method: "POST", headers: { [name]: "1" } });
    expect([court().judge({ request }), court().judge({ request, error: new Error("no") })]).toEqual([300, 300]);
  });

  test.each([
    [["post"], "POST"],
    [["PATCH"], "patch"],
    [["Purge"], "pURGE"],
  ])("counts in any case: %j allow %s", (methods, method) => {
    const { judge: by } = court({ methods });
    expect([by({ request: sending({ method }) }), by()]).toEqual([300, undefined]);
  });
});

describe("an error", () => {
  test.each<[string, unknown]>([
    ["of the network", new TypeError("fetch failed")],
    ["with a code of the platform's", Object.assign(new Error("reset"), { code: "ECONNRESET" })],
    ["that is no Error", "no"],
    ["that is nothing but null", null],
    ["that is a timeout of the handler's", new DOMException("late", "TimeoutError")],
  ])("%s is tried again", (_, error) => {
    expect(court().judge({ error, response: undefined })).toBe(300);
  });

  const ours: [string, unknown][] = [
    ["of an open circuit", new CircuitOpenError("example.com:443", 5)],
    ["of a closed pool", new DispatcherClosedError()],
    ["of an expiry", new TaskExpiredError()],
    ["of a filter", new TaskFilteredError()],
    ["of the pool's timeout", new TransactionTimeoutError(5)],
  ];
  test.each(ours)("%s is not, unless `shouldRetry` says so", (_, error) => {
    expect(court().judge({ error })).toBeUndefined();
    expect(court({ shouldRetry: () => true }).judge({ error })).toBe(300);
  });

  test("of the pool's timeout is with `retryOnTimeout`, by its method", () => {
    const { judge: by } = court({ retryOnTimeout: true });
    const error = new TransactionTimeoutError(5);
    expect([by({ error }), by({ error, request: sending({ method: "POST" }) })]).toEqual([300, undefined]);
  });

  test.each([new DOMException("", "AbortError"), Object.assign(new Error("a"), { name: "AbortError" })])(
    "that is an abort is final, whatever is asked for: %s",
    (error) => {
      const shouldRetry = vi.fn<() => boolean>(() => true);
      expect(court({ shouldRetry }).judge({ error })).toBeUndefined();
      expect(shouldRetry).not.toHaveBeenCalled();
    },
  );
});

describe("the limit", () => {
  test.each([
    [undefined, 2],
    [0, 0],
    [5, 5],
  ])("of %s is so many attempts after the first: %i, whatever is asked for", (limit, count) => {
    for (const options of [{}, { shouldRetry: () => true }]) {
      const { judge: by } = court({ limit, ...options });
      if (count > 0) expect(by({ attempt: count })).toBe(300 * 2 ** (count - 1));
      expect(by({ attempt: count + 1 })).toBeUndefined();
    }
  });
});

describe("what is sent once only is not tried again, whatever is asked for", () => {
  test.each<[string, () => unknown]>([
    ["a stream", stream],
    ["a request with a body", () => sending({ method: "PUT", body: "x" })],
    ["what is like a request with a body", () => ({ body: stream() })],
  ])("%s", (_, upload) => {
    const shouldRetry = vi.fn<() => boolean>(() => true);
    expect(court({ shouldRetry }).judge({ upload: upload() })).toBeUndefined();
    expect(shouldRetry).not.toHaveBeenCalled();
  });

  test.each<[string, unknown]>([
    ["a request without a body", new Request("https://example.com/")],
    ["a URL", "https://example.com/"],
    ["a string", "body"],
    ["a form", new FormData()],
    ["bytes", new Uint8Array(3)],
    ["a Blob", new Blob(["x"])],
    ["nothing", undefined],
  ])("but %s is", (_, upload) => {
    expect(court().judge({ upload })).toBe(300);
  });
});

describe("a Retry-After", () => {
  test.each([
    ["0", 0],
    ["7", 7000],
    ["60", 60_000],
    [date(5000), 5000],
    [date(0), 0],
    ["Wednesday, 25-Nov-26 12:00:30 GMT", 30_000],
    ["Wed Nov 25 12:00:30 2026", 30_000],
  ])("of %s is obeyed to the ms, without jitter or a limit to back-off", (after, ms) => {
    const { judge: by } = court({ jitter: () => 1, backoffLimit: 1, delay: () => 1 });
    for (const status of [413, 429, 503]) expect(by({ response: told(status, after) })).toBe(ms);
  });

  test.each(["", "soon", "-5", "1.5", date(-1000), "2100-01-01T00:00:00Z"])("of %j is none", (after) => {
    expect(court().judge({ response: told(503, after) })).toBe(300);
    expect(court().judge({ response: told(413, after) })).toBeUndefined();
  });

  test.each([
    [undefined, "60", "61"],
    [1500, "1", "2"],
    [0, "0", "1"],
  ])(
    "may be, with a maxRetryAfter of %s, %s s but not %s: then the response is delivered",
    (maxRetryAfter, most, more) => {
      const { judge: by } = court({ maxRetryAfter, shouldRetry: () => true });
      expect(by({ response: told(503, most) })).toBe(Number(most) * 1000);
      expect(by({ response: told(503, more) })).toBeUndefined();
      expect(court({ maxRetryAfter }).judge({ response: told(429, date(61_000)) })).toBeUndefined();
    },
  );

  test("may be as long as it likes with a maxRetryAfter of Infinity", () => {
    expect(court({ maxRetryAfter: Infinity }).judge({ response: told(503, "86400") })).toBe(86_400_000);
  });

  test("of a status that is not among `afterStatusCodes` is not looked at", () => {
    expect(court().judge({ response: told(500, "7") })).toBe(300);
    expect(court({ afterStatusCodes: [] }).judge({ response: told(503, "7") })).toBe(300);
    expect(court({ afterStatusCodes: [418] }).judge({ response: told(418, "7") })).toBe(7000);
  });

  test("changes nothing about methods: a POST is not sent again on a 413 or a 503 with one", () => {
    const request = sending({ method: "POST" });
    for (const status of [413, 503]) expect(court().judge({ request, response: told(status, "1") })).toBeUndefined();
  });
});

describe("without a Retry-After the rest is", () => {
  test.each<[string, RetryOptions, (number | undefined)[]]>([
    ["300 ms, and twice as long each time", {}, [300, 600, 1200, 2400]],
    ["no longer than backoffLimit", { backoffLimit: 1000 }, [300, 600, 1000, 1000]],
    ["no longer than 30 s", { delay: () => 1e9 }, [30_000, 30_000, 30_000, 30_000]],
    ["as long as is said, without a limit", { delay: () => 1e9, backoffLimit: Infinity }, [1e9, 1e9, 1e9, 1e9]],
    ["what `delay` says, by the number of the retry", { delay: (count) => count * 7 }, [7, 14, 21, 28]],
    ["none, when it says 0", { delay: () => 0 }, [0, 0, 0, 0]],
    ["a share by `random`, with full jitter", { jitter: true, random: () => 0.25 }, [75, 150, 300, 600]],
    ["nothing at all, when that says 0", { jitter: true, random: () => 0 }, [0, 0, 0, 0]],
    ["all of it, when that says 1", { jitter: true, random: () => 1 }, [300, 600, 1200, 2400]],
    ["what `jitter` makes of what is limited", { jitter: (ms) => ms + 1, backoffLimit: 600 }, [301, 601, 601, 601]],
  ])("%s", (_, options, delays) => {
    const { judge: by } = court({ limit: 9, ...options });
    expect([1, 2, 3, 4].map((attempt) => by({ attempt }))).toEqual(delays);
  });

  test("between 0 and all of it by default", () => {
    const delays = new Set(Array.from({ length: 20 }, () => court({ jitter: true }).judge()));
    expect(delays.size).toBeGreaterThan(1);
    for (const ms of delays) expect(ms).toBeLessThan(300);
  });
});

describe("shouldRetry", () => {
  test("is told of what failed, and which retry it would be", () => {
    const shouldRetry = vi.fn<() => undefined>(() => undefined);
    const request = sending({ method: "PUT" });
    const response = told(404);
    const error = new Error("no");
    const { judge: by } = court({ shouldRetry });
    by({ request, response, attempt: 2 });
    by({ request, response: undefined, error });
    expect(shouldRetry.mock.calls).toEqual([
      [{ request, response, error: undefined, retryCount: 2 }],
      [{ request, response: undefined, error, retryCount: 1 }],
    ]);
  });

  test.each([
    [true, 300, 300],
    [false, undefined, undefined],
    [undefined, 300, undefined],
  ])("of %s: what the rules retry comes to %s, what they don't to %s", (verdict, byRules, against) => {
    const { judge: by, book } = court({ shouldRetry: () => verdict });
    expect([by(), by({ response: told(404) }), by({ request: sending({ method: "POST" }) })]).toEqual([
      byRules,
      against,
      against,
    ]);
    expect(book.errors).toEqual([]);
  });
});

describe("the budget", () => {
  test("is asked last: what is not retried takes nothing from it", () => {
    const budget = new Budget({ ratio: 0, reserve: 1 });
    const { judge: by } = court({ delay: (count) => (count === 2 ? Number.NaN : 300) }, budget);
    for (const outcome of [{ response: told(404) }, { attempt: 3 }, { attempt: 2 }, { response: told(503, "61") }]) {
      expect(by(outcome)).toBeUndefined();
    }
    expect([by(), by()]).toEqual([300, undefined]);
  });

  test("is that of the task's lane, and nothing overrides it", () => {
    const { judge: by } = court({ shouldRetry: () => true }, new Budget({ ratio: 0, reserve: 1 }));
    expect([by({ lane: "a" }), by({ lane: "a" }), by({ lane: "b" })]).toEqual([300, undefined, 300]);
  });
});

describe("what is given that fails", () => {
  const unheard = vi.fn<() => void>();
  beforeAll(() => void process.on("unhandledRejection", unheard));
  afterAll(() => void process.off("unhandledRejection", unheard));

  const names = ["delay", "jitter", "random", "shouldRetry"] as const;
  const common = { jitter: true } as const;

  test.each(names)("since `%s` throws is logged by name, and there is no retry", (name) => {
    const error = new Error("no");
    const fail = (): never => {
      throw error;
    };
    const budget = new Budget({ ratio: 0, reserve: 1 });
    const { judge: by, book } = court({ ...common, [name]: fail }, budget);
    expect(by()).toBeUndefined();
    expect(book.errors).toEqual([[`\`${name}\` failed, so a task is not retried`, error]]);
    expect(budget.take(undefined)).toBe(true);
  });

  const nonsense: [string, () => unknown, string][] = [
    ["NaN", () => Number.NaN, "NaN (number)"],
    ["-1", () => -1, "-1 (number)"],
    ["Infinity", () => Infinity, "Infinity (number)"],
    ["a string", () => "5", '"5" (string)'],
    ["null", () => null, "null"],
    ["an object", () => ({}), "an object"],
    ["a promise", async () => 5, "an object"],
    ["a promise that rejects", () => Promise.reject(new Error("unheard")), "an object"],
  ];
  test.each(names.flatMap((name) => nonsense.map(([what, give, got]) => ({ name, what, give, got }))))(
    "since `$name` gives $what is logged by name, and there is no retry",
    async ({ name, give, got }) => {
      const { judge: by, book } = court({ ...common, [name]: give });
      expect(by()).toBeUndefined();
      const error = new TypeError(`Expected \`${name}()\` to be of its type, got ${got}`);
      expect(book.errors).toEqual([[`\`${name}\` failed, so a task is not retried`, error]]);
      await settled();
      expect(unheard).not.toHaveBeenCalled();
    },
  );

  test.each([undefined, 1.01])("as `random` that gives %s", (value) => {
    const { judge: by, book } = court({ jitter: true, random: () => value as number });
    expect([by(), book.errors.length]).toEqual([undefined, 1]);
  });
});
