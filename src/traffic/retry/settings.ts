import {
  expect,
  isBoolean,
  isFinite,
  isFunction,
  isObject,
  isString,
  isWhole,
  optional,
  own,
} from "../../lib/checks.ts";

/** An attempt that failed, as `shouldRetry` sees it. */
export interface RetryAttempt {
  /** What was sent. */
  readonly request: Request;
  /**
   * The answer itself, undefined when there is an `error`. Look at its status and headers, but don't read its body: if the task is
   * not retried, the consumer or the caller gets the answer as it is then.
   */
  readonly response: Response | undefined;
  /** What the handler failed with, or the pool's `TransactionTimeoutError`. */
  readonly error: unknown;
  /** Which retry it would be, from 1. */
  readonly retryCount: number;
}

/** How many retries a server is burdened with. Only own properties are read. */
export interface RetryBudget {
  /** Retries that each first attempt adds, a finite number of 0 or more. @default 0.2 */
  readonly ratio?: number | undefined;
  /** The most retries that the bucket has, and has at first. A finite number of 0 or more. @default 10 */
  readonly reserve?: number | undefined;
}

/** What is retried, and when. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface RetryOptions {
  /** Attempts after the first, a whole number of 0 or more. @default 2 */
  readonly limit?: number | undefined;
  /**
   * Methods that may be retried, in upper or lower case. Any other may be too when the request has an `Idempotency-Key`, or the
   * answer was 425 or 429, by which a server says that it did nothing.
   * @default GET HEAD OPTIONS TRACE PUT DELETE QUERY
   */
  readonly methods?: Iterable<string> | undefined;
  /** Statuses that are retried. 2xx never are. @default 408 425 429 500 502 503 504 */
  readonly statusCodes?: Iterable<number> | undefined;
  /**
   * Statuses whose `Retry-After` is obeyed: seconds, or a date that is not over (RFC 9110 §10.2.3). With a valid one they are
   * retried even where `statusCodes` lacks them.
   * @default 413 429 503
   */
  readonly afterStatusCodes?: Iterable<number> | undefined;
  /**
   * ms, 0 or more; Infinity for whatever is asked for. An answer whose `Retry-After` asks for more is delivered, not retried.
   * @default 60,000
   */
  readonly maxRetryAfter?: number | undefined;
  /**
   * ms before retry n, from 1. What it throws, and what is no finite number of 0 or more, is logged, and the task not retried.
   * @default `n => 300 * 2 ** (n - 1)`
   */
  readonly delay?: ((retryCount: number) => number) | undefined;
  /** The most ms that `delay` counts for, 0 or more; Infinity for no limit. @default 30,000 */
  readonly backoffLimit?: number | undefined;
  /**
   * Spreads retries of many clients, so that they don't come all at once. `true`: anything from 0 ms to the delay ("full
   * jitter"). `false`: just the delay. A function makes its own of the delay, in ms; it may fail as `delay` may. Never on what a
   * server asked for.
   * @default true
   */
  readonly jitter?: boolean | ((delay: number) => number) | undefined;
  /** Whether the pool's `timeout` is retried, which is a limit for each attempt. @default false */
  readonly retryOnTimeout?: boolean | undefined;
  /**
   * Has the first word: `true` retries whatever the method, the status and the kind of error, `false` does not; undefined leaves
   * it to the rules. It must answer at once. It is not asked where nothing can be changed: after an answer of 2xx, an abort, the
   * last attempt, an upload that can be sent once only, and a `Retry-After` over `maxRetryAfter`. The `budget` has the last word.
   *
   * What it throws, and any other answer, a promise too, is logged, and the task not retried.
   * @default none
   *
   * @example
   * ```ts
   * retry({ shouldRetry: ({ response }) => response?.headers.get("x-should-retry") === "true" || undefined });
   * ```
   */
  readonly shouldRetry?: ((attempt: RetryAttempt) => boolean | undefined) | undefined;
  /**
   * A bucket of retries, which keeps them to a share of all requests: empty, nothing is retried. With lanes each has one of its
   * own, so that an angry host does not spend what others need; of those not full at most 10,000 are kept, and the one not used
   * for longest counts as full again. `false`: none.
   * @default `{ ratio: 0.2, reserve: 10 }`
   */
  readonly budget?: RetryBudget | false | undefined;
  /** Numbers from 0 to 1, for `jitter: true`. It may fail as `delay` may. @default `Math.random` */
  readonly random?: (() => number) | undefined;
}

/** A function of the user's, which may give anything. */
type Fn = (...args: never[]) => unknown;

/** {@link RetryBudget} made safe. */
export interface Rates {
  readonly ratio: number;
  readonly reserve: number;
}

/** {@link RetryOptions} made safe. */
export interface Settings {
  readonly limit: number;
  readonly methods: ReadonlySet<string>;
  readonly statusCodes: readonly number[];
  readonly afterStatusCodes: readonly number[];
  readonly maxRetryAfter: number;
  readonly delay: Fn;
  readonly backoffLimit: number;
  readonly jitter: boolean | Fn;
  readonly retryOnTimeout: boolean;
  readonly shouldRetry: Fn | undefined;
  readonly budget: Rates | false;
  readonly random: Fn;
}

const METHODS = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"];

/** What {@link isDelay} looks for. */
export const DELAY = "a finite number of 0 or more";
const LIMIT_OF_MS = "a number of 0 or more";

type Check<T> = (value: unknown) => value is T;

/** Checks the options and fills in the defaults. */
export function settingsOf(options: RetryOptions): Settings {
  const { pick, pickAll } = pickerOf(expect<RetryOptions>(options, "options", "an object", isObject), "");
  const methods = pickAll("methods", "a string", isString) ?? METHODS;
  const budget = pick<RetryBudget | false>("budget", "an object or false", isObjectOrFalse) ?? {};
  const { pick: pickRate } = pickerOf(budget || {}, "budget.");
  return {
    limit: pick("limit", "a whole number of 0 or more", isCount) ?? 2,
    methods: new Set(methods.map((method) => method.toUpperCase())),
    statusCodes: pickAll("statusCodes", CODE, isWhole) ?? [408, 425, 429, 500, 502, 503, 504],
    afterStatusCodes: pickAll("afterStatusCodes", CODE, isWhole) ?? [413, 429, 503],
    maxRetryAfter: pick("maxRetryAfter", LIMIT_OF_MS, isPositive) ?? 60_000,
    // No more than a number can say, whatever the limit.
    delay: pick("delay", FUNCTION, isFunction) ?? ((retryCount: number) => 300 * 2 ** Math.min(retryCount - 1, 99)),
    backoffLimit: pick("backoffLimit", LIMIT_OF_MS, isPositive) ?? 30_000,
    jitter: pick("jitter", "a boolean or a function", isJitter) ?? true,
    retryOnTimeout: pick("retryOnTimeout", "a boolean", isBoolean) ?? false,
    shouldRetry: pick("shouldRetry", FUNCTION, isFunction),
    budget: budget && {
      ratio: pickRate("ratio", DELAY, isDelay) ?? 0.2,
      reserve: pickRate("reserve", DELAY, isDelay) ?? 10,
    },
    random: pick("random", FUNCTION, isFunction) ?? (() => Math.random()),
  };
}

const CODE = "a whole number";
const FUNCTION = "a function";

/** Takes options out of an object, checked. */
function pickerOf<Options extends object>(options: Options, of: string) {
  const given = own(options);
  const pick = <T>(name: keyof Options & string, expected: string, is: Check<T>): T | undefined =>
    optional(given[name], of + name, expected, is);
  return {
    pick,
    /** A list, each of it checked. */
    pickAll: <T>(name: keyof Options & string, expected: string, is: Check<T>): T[] | undefined => {
      const list = pick(name, "an array", isIterable);
      return list && Array.from(list, (item, index) => expect(item, `${name}[${index}]`, expected, is));
    },
  };
}

/** Whether the value is a finite number of 0 or more. */
export const isDelay = (value: unknown): value is number => isFinite(value) && value >= 0;

const isPositive = (value: unknown): value is number => value === Infinity || isDelay(value);
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0;
const isObjectOrFalse = (value: unknown): value is object | false => value === false || isObject(value);
const isJitter = (value: unknown): value is boolean | Fn => isBoolean(value) || isFunction(value);
const isIterable = (value: unknown): value is Iterable<unknown> => isObject(value) && Symbol.iterator in value;
