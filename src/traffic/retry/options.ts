import {
  expect,
  isArray,
  isBoolean,
  isFinite,
  isFunction,
  isObject,
  isString,
  isWhole,
  optional,
  own,
} from "../../lib/checks.ts";

/** An attempt that `shouldRetry` is asked about. */
export interface FailedAttempt {
  readonly request: Request;
  /** Its answer, when there is no `error`. Look at its status and its headers: to read its body takes it from whom it is delivered to. */
  readonly response: Response | undefined;
  /** What the handler failed with, or a `TransactionTimeoutError`. */
  readonly error: unknown;
  /** Which retry this would be, from 1. */
  readonly retryCount: number;
}

/** How many retries are allowed, beside `limit`: a bucket, full at first, that each retry takes 1 from. */
export interface RetryBudget {
  /** What each first attempt adds. From 0. @default 0.2 */
  readonly ratio?: number | undefined;
  /** The most that is in it. From 0. @default 10 */
  readonly reserve?: number | undefined;
}

/** When a task is tried again. Only own properties are read. A value of a wrong type throws a `TypeError`. */
export interface RetryOptions {
  /** Attempts after the first. A whole number from 0. @default 2 */
  readonly limit?: number | undefined;
  /**
   * The methods that may be sent again. Any other too, if the request has an `Idempotency-Key`, or the answer was 425 or 429:
   * the server says that it did nothing.
   * @default GET, HEAD, OPTIONS, TRACE, PUT, DELETE, QUERY: what RFC 9110 §9.2.2 calls idempotent, and QUERY
   */
  readonly methods?: readonly string[] | undefined;
  /** @default 408, 425, 429, 500, 502, 503, 504 */
  readonly statusCodes?: readonly number[] | undefined;
  /** Those whose Retry-After is obeyed; with a valid one they are retried even where `statusCodes` lacks them. @default 413, 429, 503 */
  readonly afterStatusCodes?: readonly number[] | undefined;
  /** ms. Who is told to wait longer is not retried: the response is delivered. From 0, also Infinity. @default 60_000 */
  readonly maxRetryAfter?: number | undefined;
  /** ms before retry n, from 1, where no Retry-After says it. @default `(n) => 300 * 2 ** (n - 1)` */
  readonly delay?: ((retryCount: number) => number) | undefined;
  /** The most that `delay` counts for, in ms. From 0, also Infinity. @default 30_000 */
  readonly backoffLimit?: number | undefined;
  /** Whether a `delay` becomes a random time up to it ("full jitter"), or what makes another of it. @default true */
  readonly jitter?: boolean | ((delay: number) => number) | undefined;
  /** Whether the pool's `timeout`, which is per attempt, is retried. @default false */
  readonly retryOnTimeout?: boolean | undefined;
  /**
   * Decides, and leaves to the rules above what it gives undefined for. true overrides method, status and kind of error, but
   * never the limit, the budget, a body that can be sent once only, or an abort. Not asked of a status from 200 to 299.
   */
  readonly shouldRetry?: ((attempt: FailedAttempt) => boolean | undefined) | undefined;
  /**
   * Keeps retries from making a sick server sicker. In a pool with lanes each of them has its own, so that one angry host
   * does not spend what others need; those of the 10,000 lanes that retried last are kept. false: none.
   * @default `{ ratio: 0.2, reserve: 10 }`
   */
  readonly budget?: RetryBudget | false | undefined;
  /** Gives a number from 0 to 1. @default `Math.random` */
  readonly random?: (() => number) | undefined;
}

/** The options of retries, made safe: every one present and of its type. */
export interface Settings {
  readonly limit: number;
  readonly methods: ReadonlySet<string>;
  readonly statusCodes: ReadonlySet<number>;
  readonly afterStatusCodes: ReadonlySet<number>;
  readonly maxRetryAfter: number;
  readonly delay: Call;
  readonly backoffLimit: number;
  readonly jitter: boolean | Call;
  readonly retryOnTimeout: boolean;
  readonly shouldRetry: Call | undefined;
  readonly budget: false | { readonly ratio: number; readonly reserve: number };
  readonly random: Call;
}

/** What a user has given: it may come to anything. */
type Call = (...args: never[]) => unknown;

const METHODS = "GET HEAD OPTIONS TRACE PUT DELETE QUERY".split(" ");

/** Checks the options and fills in the defaults. @throws {TypeError} One is of a wrong type. */
export function settingsOf(options: RetryOptions): Settings {
  const given = own(expect<RetryOptions>(options, "options", "an object", isObject));
  const { budget } = given;
  const pick = checked(given);
  const share = checked(own(budget === false ? {} : pick("budget", "an object or false", isObject, {})), "budget.");
  return {
    limit: pick("limit", "a whole number from 0", isCount, 2),
    methods: new Set(pick("methods", "an array of strings", isMethods, METHODS).map((method) => method.toUpperCase())),
    statusCodes: new Set(pick("statusCodes", STATUSES, isStatuses, [408, 425, 429, 500, 502, 503, 504])),
    afterStatusCodes: new Set(pick("afterStatusCodes", STATUSES, isStatuses, [413, 429, 503])),
    maxRetryAfter: pick("maxRetryAfter", NUMBER, isFromZero, 60_000),
    // Never so large that it is no number any more.
    delay: pick("delay", FUNCTION, isFunction, (count: number) => 300 * 2 ** Math.min(count - 1, 99)),
    backoffLimit: pick("backoffLimit", NUMBER, isFromZero, 30_000),
    jitter: pick("jitter", `a boolean or ${FUNCTION}`, isJitter, true),
    retryOnTimeout: pick("retryOnTimeout", "a boolean", isBoolean, false),
    shouldRetry: pick("shouldRetry", FUNCTION, isFunction, undefined),
    budget: budget !== false && {
      ratio: share("ratio", NUMBER, isMs, 0.2),
      reserve: share("reserve", NUMBER, isMs, 10),
    },
    random: pick("random", FUNCTION, isFunction, Math.random),
  };
}

/** What looks up an option, checks it, and gives its default where there is none. */
function checked(given: object, prefix = "") {
  return <T, Default>(
    name: string,
    expected: string,
    is: (value: unknown) => value is T,
    byDefault: Default,
  ): T | Default => optional(Reflect.get(given, name), prefix + name, expected, is) ?? byDefault;
}

const NUMBER = "a number from 0";
const STATUSES = "an array of whole numbers";
const FUNCTION = "a function";

/** Whether the value is a number that may be waited for, in ms. */
export const isMs = (value: unknown): value is number => isFinite(value) && value >= 0;

const isFromZero = (value: unknown): value is number => value === Infinity || isMs(value);
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0;
const isStatuses = (value: unknown): value is number[] => isArray(value) && value.every(isWhole);
const isMethods = (value: unknown): value is string[] => isArray(value) && value.every(isString);
const isJitter = (value: unknown): value is boolean | Call => isBoolean(value) || isFunction(value);
