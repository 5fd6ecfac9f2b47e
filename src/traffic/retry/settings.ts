import { expect, DELAY, isBoolean, isDelay, isFunction, isObject, isString, isWhole } from "../../lib/checks.ts";
import { type OptionTable, optionsOf } from "../../lib/option-table.ts";

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

/** {@link RetryOptions}, each of its type. */
interface Checked {
  readonly limit: number;
  readonly methods: Iterable<unknown>;
  readonly statusCodes: Iterable<unknown>;
  readonly afterStatusCodes: Iterable<unknown>;
  readonly maxRetryAfter: number;
  readonly delay: Fn;
  readonly backoffLimit: number;
  readonly jitter: boolean | Fn;
  readonly retryOnTimeout: boolean;
  readonly shouldRetry: Fn;
  readonly budget: object | false;
  readonly random: Fn;
}

/** {@link RetryOptions} made safe. */
export interface Settings extends Checked {
  /** In upper case. */
  readonly methods: readonly string[];
  readonly statusCodes: readonly number[];
  readonly afterStatusCodes: readonly number[];
  readonly budget: Rates;
}

const isLimit = (value: unknown): value is number => value === Infinity || isDelay(value);
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0;
const isJitter = (value: unknown): value is boolean | Fn => isBoolean(value) || isFunction(value);
const isBudget = (value: unknown): value is object | false => value === false || isObject(value);
const isIterable = (value: unknown): value is Iterable<unknown> => isObject(value) && Symbol.iterator in value;

const LIMIT = "a number of 0 or more";
const LIST = "an array";
const FUNCTION = "a function";

const OPTIONS: OptionTable<Checked> = {
  limit: ["a whole number of 0 or more", isCount, 2],
  methods: [LIST, isIterable, ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"]],
  statusCodes: [LIST, isIterable, [408, 425, 429, 500, 502, 503, 504]],
  afterStatusCodes: [LIST, isIterable, [413, 429, 503]],
  maxRetryAfter: [LIMIT, isLimit, 60_000],
  // No more than a number can say, whatever the limit.
  delay: [FUNCTION, isFunction, (retryCount: number) => 300 * 2 ** Math.min(retryCount - 1, 99)],
  backoffLimit: [LIMIT, isLimit, 30_000],
  jitter: ["a boolean or a function", isJitter, true],
  retryOnTimeout: ["a boolean", isBoolean, false],
  shouldRetry: [FUNCTION, isFunction, () => undefined],
  budget: ["an object or false", isBudget, {}],
  random: [FUNCTION, isFunction, () => Math.random()],
};

const RATES: OptionTable<Rates> = {
  ratio: [DELAY, isDelay, 0.2],
  reserve: [DELAY, isDelay, 10],
};

const NO_BUDGET: Rates = { ratio: 0, reserve: Infinity };

/** Checks the options and fills in the defaults. */
export function settingsOf(options: RetryOptions): Settings {
  const checked = optionsOf(OPTIONS, expect(options, "options", "an object", isObject));
  const { budget } = checked;
  const list = <T>(
    name: "methods" | "statusCodes" | "afterStatusCodes",
    expected: string,
    is: (value: unknown) => value is T,
  ): T[] => Array.from(checked[name], (item, index) => expect(item, `${name}[${index}]`, expected, is));
  return {
    ...checked,
    methods: list("methods", "a string", isString).map((method) => method.toUpperCase()),
    statusCodes: list("statusCodes", CODE, isWhole),
    afterStatusCodes: list("afterStatusCodes", CODE, isWhole),
    budget: budget ? optionsOf(RATES, budget, "budget.") : NO_BUDGET,
  };
}

const CODE = "a whole number";
