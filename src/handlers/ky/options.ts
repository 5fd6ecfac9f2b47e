import {
  expect,
  isArray,
  isBoolean,
  isFinite,
  isFunction,
  isObject,
  isString,
  isWhole,
  own,
} from "../../lib/checks.ts";

/** Takes functions of ky's own types too, whose parameters know more than ours. */
type Hook<State> = { hook(state: State): unknown }["hook"];

/** What ky gives to its hooks. */
export interface KyHookState {
  /** The request as it is sent, but for what hooks change of it. */
  readonly request: Request;
  /** ky's options. */
  readonly options: object;
  /** 0 for the first attempt. */
  readonly retryCount: number;
}

/** ky's hooks, without its types. An `init` hook would change options that can't work, so there is none. */
export interface KyHooks {
  /** May return another `Request`, or the `Response`. */
  readonly beforeRequest?: readonly Hook<KyHookState>[] | undefined;
  /** May return another `Request`, or the `Response`. */
  readonly beforeRetry?: readonly Hook<KyHookState & { readonly error: Error }>[] | undefined;
  /** May return another error. */
  readonly beforeError?: readonly Hook<KyHookState & { readonly error: Error }>[] | undefined;
  /** May return another `Response`. */
  readonly afterResponse?: readonly Hook<KyHookState & { readonly response: Response }>[] | undefined;
}

/** ky's rules for retries, without its types. */
export interface KyRetry {
  /** Attempts after the first. @default 2 */
  readonly limit?: number | undefined;
  /** In lower case. @default get, put, head, delete, options, trace, query */
  readonly methods?: readonly string[] | undefined;
  /** With `throwHttpErrors` alone. @default 408, 413, 429, 500, 502, 503, 504 */
  readonly statusCodes?: readonly number[] | undefined;
  /** Those whose `Retry-After` is heeded. @default 413, 429, 503 */
  readonly afterStatusCodes?: readonly number[] | undefined;
  /** The most that `Retry-After` may ask for, in ms. @default no limit */
  readonly maxRetryAfter?: number | undefined;
  /** The longest wait, in ms. @default no limit */
  readonly backoffLimit?: number | undefined;
  /** ms to wait before an attempt, by its number. @default 300, 600, 1200, … */
  readonly delay?: ((attemptCount: number) => number) | undefined;
  /** Whether, or how, the wait is made uneven. @default false */
  readonly jitter?: boolean | ((delay: number) => number) | undefined;
  /** Whether ky's own `timeout` is tried again too. @default false */
  readonly retryOnTimeout?: boolean | undefined;
  /** `true` and `false` go before all other rules. */
  readonly shouldRetry?: Hook<{ readonly error: Error; readonly retryCount: number }> | undefined;
}

/**
 * The options of ky that work on a `Request` that is made already, without ky's types: its documentation tells more of
 * them. What a request says itself (its method, body, mode, redirect, credentials, …) is said by the task that makes it.
 */
export interface KyOptions {
  /** Sent with each request that has no header of that name. */
  readonly headers?: RequestInit["headers"] | undefined;
  /** Hooks around a request, like `beforeRequest`. */
  readonly hooks?: KyHooks | undefined;
  /** ms until the headers of one attempt, or `false`. The pool's own `timeout` covers the body too. @default false */
  readonly timeout?: number | false | undefined;
  /** ms for all attempts and the waits between them, until the headers, or `false`. @default false */
  readonly totalTimeout?: number | false | undefined;
  /**
   * Retries inside the slot, which wait inside the slot too. Statuses are tried again with `throwHttpErrors` alone.
   *
   * @default 0
   */
  readonly retry?: number | KyRetry | undefined;
  /** Whether a status of 400 or more fails the task. Its body is then read by ky. @default false */
  readonly throwHttpErrors?: boolean | ((status: number) => boolean) | undefined;
  /** Parses what `response.json()` reads. @default JSON.parse */
  readonly parseJson?:
    | { parse(text: string, context: { readonly request: Request; readonly response: Response }): unknown }["parse"]
    | undefined;
  /** Hears of a response's body as it comes. */
  readonly onDownloadProgress?: KyProgress | undefined;
  /** Hears of a request's body as it is sent. */
  readonly onUploadProgress?: KyProgress | undefined;
  /** For hooks, as `options.context`. */
  readonly context?: object | undefined;
  /** In the place of the platform's `fetch`. It must hand `init.signal` on. */
  readonly fetch?: ((input: Request, init: RequestInit) => Promise<Response>) | undefined;
  /** Passed to `fetch`, in Node. */
  readonly dispatcher?: object | undefined;
  /** Passed to `fetch`, in Deno. */
  readonly client?: object | undefined;
  /** Passed to `fetch`, in Bun. */
  readonly proxy?: string | object | undefined;
  /** Passed to `fetch`, in Bun. */
  readonly tls?: object | undefined;
  /** Passed to `fetch`, in Cloudflare Workers. */
  readonly cf?: object | undefined;
  /** Passed to `fetch`, in Next.js. */
  readonly next?: object | undefined;
  /** Passed to `fetch`, in browsers. */
  readonly priority?: "high" | "low" | "auto" | undefined;
}

/** Hears of a body under way. */
export type KyProgress = (
  progress: { readonly percent: number; readonly transferredBytes: number; readonly totalBytes: number },
  chunk: Uint8Array,
) => void;

/** What an option has to be. */
type Rule = readonly [expected: string, is: (value: unknown) => value is unknown];
type Rules<Options> = Readonly<Record<keyof Options, Rule>>;

const isAny = (_value: unknown): _value is unknown => true;
const isTime = (value: unknown): value is number | false =>
  value === false || (isFinite(value) && value > 0 && value < 2 ** 31);
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0;
const isLimit = (value: unknown): value is number => typeof value === "number" && value >= 0;
const isRetry = (value: unknown): value is number | object => isCount(value) || isObject(value);
const isSwitch = (value: unknown): value is boolean | object => isBoolean(value) || isFunction(value);
const isFunctions = (value: unknown): value is readonly unknown[] => isArray(value) && value.every(isFunction);
const isStatuses = (value: unknown): value is readonly unknown[] => isArray(value) && value.every(isWhole);
const isStrings = (value: unknown): value is readonly unknown[] => isArray(value) && value.every(isString);

const ANY: Rule = ["anything", isAny];
const FUNCTION: Rule = ["a function", isFunction];
const FUNCTIONS: Rule = ["an array of functions", isFunctions];
const LIMIT: Rule = ["a number of 0 or more", isLimit];
const OBJECT: Rule = ["an object", isObject];
const STATUSES: Rule = ["an array of whole numbers", isStatuses];
const SWITCH: Rule = ["a boolean or a function", isSwitch];
/** ky refuses, at each request, what timers can't wait for. */
const TIME: Rule = ["a number of ms of more than 0 and below 2³¹, or false", isTime];

const OPTIONS: Rules<KyOptions> = {
  headers: ANY,
  hooks: OBJECT,
  timeout: TIME,
  totalTimeout: TIME,
  retry: ["a whole number of 0 or more or an object", isRetry],
  throwHttpErrors: SWITCH,
  parseJson: FUNCTION,
  onDownloadProgress: FUNCTION,
  onUploadProgress: FUNCTION,
  context: OBJECT,
  fetch: FUNCTION,
  // These are for `fetch` to judge.
  dispatcher: ANY,
  client: ANY,
  proxy: ANY,
  tls: ANY,
  cf: ANY,
  next: ANY,
  priority: ANY,
};

const HOOKS: Rules<KyHooks> = {
  beforeRequest: FUNCTIONS,
  beforeRetry: FUNCTIONS,
  beforeError: FUNCTIONS,
  afterResponse: FUNCTIONS,
};

const RETRY: Rules<KyRetry> = {
  limit: ["a whole number of 0 or more", isCount],
  methods: ["an array of strings", isStrings],
  statusCodes: STATUSES,
  afterStatusCodes: STATUSES,
  maxRetryAfter: LIMIT,
  backoffLimit: LIMIT,
  delay: FUNCTION,
  jitter: SWITCH,
  retryOnTimeout: ["a boolean", isBoolean],
  shouldRetry: FUNCTION,
};

/** @throws {TypeError} An option is misspelt, of a wrong type, or can't work on a request that is made already. */
export function checkKyOptions(options: KyOptions): void {
  const { hooks, retry } = own(options);
  check("options", options, OPTIONS);
  check("hooks", hooks, HOOKS, "hooks.");
  check("retry", retry, RETRY, "retry.");
}

function check<Options>(name: string, given: Options, rules: Rules<Options & object>, prefix = ""): void {
  if (!isObject(given)) return;
  const known = new Map<string, Rule>(Object.entries(rules));
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const rule = known.get(key);
    if (rule !== undefined) expect(value, prefix + key, ...rule);
    else {
      const names = [...known.keys()].join(", ");
      throw new TypeError(`Expected \`${name}\` to have what works on a finished Request (${names}), got \`${key}\``);
    }
  }
}
