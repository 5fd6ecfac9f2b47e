import { describe, expect, test } from "vitest";
import {
  CircuitOpenError,
  DispatcherClosedError,
  TaskExpiredError,
  TaskFilteredError,
  TransactionTimeoutError,
} from "../../../../src/api/errors.ts";
import type { Outcome } from "../../../../src/api/policies.ts";
import { VirtualClock } from "../../../../src/lab.ts";
import { retry, type RetryAttempt, type RetryOptions } from "../../../../src/retry.ts";
import { LogBook } from "../../../support/log-book.ts";

const NOW = Date.UTC(2026, 10, 25);
const NO_ERROR = undefined;

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly attempt?: number;
  readonly upload?: unknown;
  readonly lane?: string;
}

/** A judge with its log. Without jitter, unless told otherwise. */
function courtOf(options: RetryOptions = {}) {
  const logger = new LogBook();
  const policy = retry({ jitter: false, ...options }).policy({ clock: new VirtualClock(), logger, date: () => NOW });
  const judge = (response: Response | undefined, error: unknown, asked: Asked): number | undefined => {
    const { method = "GET", headers = {}, attempt = 1, upload, lane } = asked;
    const request = new Request("https://example.com/secret", { method, headers });
    return policy.judge({ lane, request, response, error, attempt, upload } satisfies Outcome);
  };
  return {
    logger,
    policy,
    answered: (status: number, asked: Asked & { readonly after?: string } = {}) => {
      const headers: Record<string, string> = asked.after === undefined ? {} : { "retry-after": asked.after };
      return judge(new Response(null, { status, headers }), NO_ERROR, asked);
    },
    failed: (error: unknown, asked: Asked = {}) => judge(undefined, error, asked),
  };
}

const coded = (code: string): Error => Object.assign(new Error("of another copy"), { code });
const named = (name: string): Error => Object.assign(new Error("named"), { name });

const throwing = (): never => {
  throw new Error("broken");
};

const post = (body: NonNullable<RequestInit["body"]>): Request =>
  new Request("https://example.com/", { method: "POST", body, duplex: "half" } as RequestInit);

/** What is no delay. */
const NO_DELAYS: [string, () => unknown][] = [
  ["throws", throwing],
  ["gives NaN", () => NaN],
  ["gives a negative number", () => -1],
  ["gives Infinity", () => Infinity],
  ["gives a string", () => "300"],
  ["gives nothing", () => undefined],
  ["gives a promise", () => Promise.resolve(300)],
  ["gives a promise that rejects", () => Promise.reject(new Error("late"))],
];

describe("the limit", () => {
  test.each([
    [undefined, 2, 600],
    [undefined, 3, undefined],
    [0, 1, undefined],
    [1, 1, 300],
    [1, 2, undefined],
  ])("%s: attempt %i is followed by a rest of %s ms", (limit, attempt, rest) => {
    expect(courtOf({ limit }).answered(503, { attempt })).toBe(rest);
    expect(courtOf({ limit }).failed(new TypeError("x"), { attempt })).toBe(rest);
  });

  test("holds whatever shouldRetry says, which is not asked", () => {
    expect(courtOf({ shouldRetry: throwing }).answered(503, { attempt: 3 })).toBeUndefined();
  });
});

describe("an answer", () => {
  test.each([408, 425, 429, 500, 502, 503, 504])("of %i is retried", (status) => {
    expect(courtOf().answered(status)).toBe(300);
  });

  test.each([200, 204, 206, 301, 304, 400, 401, 404, 413, 501, 505])("of %i is not", (status) => {
    expect(courtOf().answered(status)).toBeUndefined();
  });

  test("of statusCodes is retried, and no other", () => {
    const { answered } = courtOf({ statusCodes: [404] });
    expect([answered(404), answered(500), answered(503)]).toEqual([300, undefined, undefined]);
  });

  test("of 2xx never is, whatever statusCodes and shouldRetry say", () => {
    const { answered, logger } = courtOf({ statusCodes: [200, 299], shouldRetry: throwing });
    expect([answered(200), answered(299), logger.errors]).toEqual([undefined, undefined, []]);
  });
});

describe("a method", () => {
  const key = { "Idempotency-Key": "1" };
  test.each<[string, number, Record<string, string>, number | undefined]>([
    ["GET", 500, {}, 300],
    ["HEAD", 500, {}, 300],
    ["OPTIONS", 500, {}, 300],
    ["PUT", 500, {}, 300],
    ["DELETE", 500, {}, 300],
    ["QUERY", 500, {}, 300],
    ["POST", 500, {}, undefined],
    ["PATCH", 503, {}, undefined],
    ["POST", 425, {}, 300],
    ["POST", 429, {}, 300],
    ["POST", 500, key, 300],
    ["POST", 404, key, undefined],
  ])("%s after %i with %o: %s", (method, status, headers, rest) => {
    expect(courtOf().answered(status, { method, headers })).toBe(rest);
  });

  test.each<[string, Record<string, string>, number | undefined]>([
    ["GET", {}, 300],
    ["POST", {}, undefined],
    ["POST", key, 300],
  ])("%s after an error of the network with %o: %s", (method, headers, rest) => {
    expect(courtOf().failed(new TypeError("fetch failed"), { method, headers })).toBe(rest);
  });

  test("of methods is retried, in whatever case", () => {
    const { answered } = courtOf({ methods: ["post", "Patch"] });
    const rests = ["POST", "PATCH", "patch", "GET"].map((method) => answered(500, { method }));
    expect(rests).toEqual([300, 300, 300, undefined]);
  });

  test("that may not be retried is not for a Retry-After", () => {
    const { answered } = courtOf();
    const rests = [413, 503, 429].map((status) => answered(status, { method: "POST", after: "1" }));
    expect(rests).toEqual([undefined, undefined, 1000]);
  });
});

describe("an error", () => {
  test.each([new TypeError("fetch failed"), named("TimeoutError"), coded("ECONNRESET"), "text", undefined, null, 7])(
    "%o is the network's",
    (error) => {
      expect(courtOf().failed(error)).toBe(300);
    },
  );

  test.each([
    new DispatcherClosedError(),
    new TaskExpiredError(),
    new TaskFilteredError(),
    new CircuitOpenError("example.com:443", 5),
    coded("ERR_CIRCUIT_OPEN"),
    new TransactionTimeoutError(10),
    new DOMException("x", "AbortError"),
    named("AbortError"),
  ])("%o is not", (error) => {
    expect(courtOf().failed(error)).toBeUndefined();
  });

  test("of the pool's timeout is retried where that is asked for", () => {
    const { failed } = courtOf({ retryOnTimeout: true });
    const rests = ["GET", "POST"].map((method) => failed(new TransactionTimeoutError(10), { method }));
    expect([...rests, failed(coded("ERR_TRANSACTION_TIMEOUT"))]).toEqual([300, undefined, 300]);
  });

  test("that is an abort is not retried, whatever shouldRetry says", () => {
    expect(courtOf({ shouldRetry: throwing }).failed(named("AbortError"))).toBeUndefined();
  });

  test("that is hard to look at is not retried, and harms nobody", () => {
    const hostile = new Proxy(new Error("x"), { get: throwing, has: throwing });
    const { failed, logger } = courtOf();
    expect(failed(hostile)).toBeUndefined();
    expect(logger.errors).toEqual([["`retry` failed: the task is not retried", new Error("broken")]]);
  });
});

describe("a Retry-After", () => {
  test.each<[number, string, number | undefined]>([
    [503, "7", 7000],
    [429, "0", 0],
    [413, "2", 2000],
    [503, new Date(NOW + 9000).toUTCString(), 9000],
    [503, new Date(NOW).toUTCString(), 0],
    [503, "60", 60_000],
    [503, "61", undefined],
    [413, "61", undefined],
    [503, "soon", 300],
    [503, "-1", 300],
    [503, new Date(NOW - 1000).toUTCString(), 300],
    [413, "soon", undefined],
    [500, "7", 300],
    [404, "7", undefined],
  ])("of %i, %s: %s", (status, after, rest) => {
    expect(courtOf().answered(status, { after })).toBe(rest);
  });

  test("has no jitter and no backoffLimit", () => {
    const court = courtOf({ jitter: throwing, delay: throwing, random: throwing, backoffLimit: 1 });
    expect(court.answered(503, { after: "7" })).toBe(7000);
    expect(court.logger.errors).toEqual([]);
  });

  test("may be as long as maxRetryAfter", () => {
    const rests = [1000, 999, Infinity].map((maxRetryAfter) =>
      courtOf({ maxRetryAfter }).answered(503, { after: "1" }),
    );
    expect(rests).toEqual([1000, undefined, 1000]);
  });

  test("is obeyed for afterStatusCodes only", () => {
    const { answered } = courtOf({ afterStatusCodes: [420] });
    expect([answered(420, { after: "7" }), answered(503, { after: "7" })]).toEqual([7000, 300]);
  });

  test("that is too long is delivered, whatever shouldRetry says", () => {
    expect(courtOf({ shouldRetry: () => true }).answered(503, { after: "61" })).toBeUndefined();
  });
});

describe("the delay", () => {
  test("doubles", () => {
    const { answered } = courtOf({ limit: 4 });
    expect([1, 2, 3, 4].map((attempt) => answered(500, { attempt }))).toEqual([300, 600, 1200, 2400]);
  });

  test("counts for backoffLimit at most, before the jitter", () => {
    const options = { delay: () => 5000, backoffLimit: 1000 };
    expect(courtOf(options).answered(500)).toBe(1000);
    expect(courtOf({ ...options, jitter: true, random: () => 0.5 }).answered(500)).toBe(500);
    expect(courtOf({ ...options, jitter: (ms) => ms * 3 }).answered(500)).toBe(3000);
  });

  test.each([0, 0.25, 1])("with full jitter is a part of it: %f", (part) => {
    expect(courtOf({ jitter: true, random: () => part }).answered(500)).toBe(300 * part);
  });

  test.each(NO_DELAYS)("of a delay that %s is logged, and there is none", async (_, fn) => {
    await expectRefusal("delay", { delay: fn as () => number });
  });

  test.each(NO_DELAYS)("of a jitter that %s is logged, and there is none", async (_, fn) => {
    await expectRefusal("jitter", { jitter: fn as () => number });
  });

  test.each([...NO_DELAYS, ["gives more than 1", () => 1.01] as const])(
    "of a random that %s is logged, and there is none",
    async (_, fn) => {
      await expectRefusal("random", { jitter: true, random: fn as () => number });
    },
  );
});

describe("shouldRetry", () => {
  test("sees request, response, error and which retry it would be", () => {
    const seen: RetryAttempt[] = [];
    const { answered, failed } = courtOf({ limit: 5, shouldRetry: (attempt) => void seen.push(attempt) });
    const error = new TypeError("x");
    answered(404, { attempt: 4 });
    failed(error);
    expect(seen).toMatchObject([
      { response: { status: 404 }, error: undefined, retryCount: 4 },
      { response: undefined, error, retryCount: 1 },
    ]);
    expect(seen.every(({ request }) => request instanceof Request)).toBe(true);
  });

  test.each([
    ["true", true, 300, 300, 300],
    ["false", false, undefined, undefined, undefined],
    ["undefined", undefined, 300, undefined, undefined],
  ])("that says %s", (_, verdict, ofRules, ofStatus, ofMethod) => {
    const { answered } = courtOf({ shouldRetry: () => verdict });
    expect([answered(503), answered(302), answered(503, { method: "POST" })]).toEqual([ofRules, ofStatus, ofMethod]);
  });

  test.each([new TransactionTimeoutError(10), new CircuitOpenError("example.com:443", 5)])(
    "that says true overrides the kind of error: %o",
    (error) => {
      expect(courtOf({ shouldRetry: () => true }).failed(error)).toBe(300);
    },
  );

  test("that says true keeps to a Retry-After", () => {
    const { answered } = courtOf({ shouldRetry: () => true });
    expect(answered(503, { after: "7", method: "POST" })).toBe(7000);
  });

  test.each([
    ["throws", throwing],
    ["gives 1", () => 1],
    ["gives null", () => null],
    ["gives a promise", () => Promise.resolve(true)],
    ["gives a promise that rejects", () => Promise.reject(new Error("late"))],
    // oxlint-disable-next-line unicorn/no-thenable -- what the test is about
    ["gives a thenable that throws", () => Object.defineProperty({}, "then", { get: throwing })],
  ])("that %s is logged, and nothing is retried", async (_, fn) => {
    await expectRefusal("shouldRetry", { shouldRetry: fn as () => boolean });
  });
});

test("what the user gave is called as a plain function", () => {
  const seen: unknown[] = [];
  function keep(this: unknown): number {
    return seen.push(this);
  }
  function allow(this: unknown): boolean {
    return seen.push(this) > 0;
  }
  courtOf({ shouldRetry: allow, delay: keep, jitter: keep }).answered(500);
  courtOf({ jitter: true, random: keep }).answered(500);
  expect(seen).toEqual([undefined, undefined, undefined, undefined]);
});

describe("an upload", () => {
  test.each<[string, unknown]>([
    ["stream", new ReadableStream()],
    ["request with a body", post("x")],
    ["request with a stream", post(new ReadableStream())],
    ["iterator", (async function* () {})()],
    ["request of a platform that hides bodies", { bodyUsed: true, url: "" }],
  ])("that is a %s is sent once, whatever shouldRetry says", (_, upload) => {
    const court = courtOf({ shouldRetry: throwing });
    expect([court.answered(503, { upload }), court.failed(new TypeError("x"), { upload })]).toEqual([
      undefined,
      undefined,
    ]);
    expect(court.logger.errors).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["string", "text"],
    ["Blob", new Blob(["x"])],
    ["FormData", new FormData()],
    ["URLSearchParams", new URLSearchParams("a=b")],
    ["ArrayBuffer", new ArrayBuffer(1)],
    ["Uint8Array", new Uint8Array(1)],
    ["request without a body", new Request("https://example.com/")],
    ["request without a body of a platform that hides bodies", { bodyUsed: false, url: "" }],
    ["address", "https://example.com/"],
  ])("that is a %s may be sent again", (_, upload) => {
    expect(courtOf().answered(503, { upload })).toBe(300);
  });
});

describe("the budget", () => {
  test("has the last word", () => {
    const { answered, policy } = courtOf({ budget: { ratio: 0.5, reserve: 1 }, shouldRetry: () => true });
    expect([answered(503), answered(503)]).toEqual([300, undefined]);
    policy.onFirst(undefined);
    expect(answered(503)).toBeUndefined();
    policy.onFirst(undefined);
    expect(answered(503)).toBe(300);
  });

  test.each<[string, RetryOptions, number]>([
    ["the rules", {}, 404],
    ["shouldRetry", { shouldRetry: ({ response }) => response?.status !== 500 && undefined }, 500],
    ["a delay that fails", { delay: (n) => (n === 2 ? NaN : 300) }, 503],
  ])("is not spent on what is not retried by %s", (_, options, status) => {
    const { answered } = courtOf({ budget: { reserve: 1 }, ...options });
    answered(status, { attempt: 2 });
    expect(answered(503)).toBe(300);
  });

  test("is a lane's own", () => {
    const { answered } = courtOf({ budget: { reserve: 1 } });
    const rests = ["a", "a", "b"].map((lane) => answered(503, { lane }));
    expect(rests).toEqual([300, undefined, 300]);
  });

  test("is 10 retries by default, and a fifth of the first attempts", () => {
    const { answered, policy } = courtOf();
    for (let i = 0; i < 20; i++) answered(503);
    for (let i = 0; i < 5; i++) policy.onFirst(undefined);
    expect([answered(503), answered(503)]).toEqual([300, undefined]);
  });

  test("may be none", () => {
    const { answered, policy } = courtOf({ budget: false });
    policy.onFirst(undefined);
    expect(Array.from({ length: 100 }, () => answered(503)).every((rest) => rest === 300)).toBe(true);
  });

  test("is a pool's own", () => {
    const shared = retry({ budget: { reserve: 1 }, jitter: false });
    const host = { clock: new VirtualClock(), logger: new LogBook(), date: () => NOW };
    const outcome = {
      lane: undefined,
      request: new Request("https://example.com/"),
      response: new Response(null, { status: 503 }),
      error: undefined,
      attempt: 1,
      upload: undefined,
    };
    expect([shared.policy(host).judge(outcome), shared.policy(host).judge(outcome)]).toEqual([300, 300]);
    expect(shared.policy(host).rests).not.toBe(shared.policy(host).rests);
  });
});

/** Not retried, logged once by name, and nothing of it is left unheard. */
async function expectRefusal(name: string, options: RetryOptions): Promise<void> {
  const { answered, logger } = courtOf(options);
  expect(answered(503)).toBeUndefined();
  expect(logger.errors).toEqual([[`\`${name}\` failed: the task is not retried`, expect.any(Error)]]);
  await new Promise((resolve) => setImmediate(resolve));
}
