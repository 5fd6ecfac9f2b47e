import { describe, expect, test } from "vitest";
import { checkKyOptions, type KyHooks, type KyOptions, type KyRetry } from "../../../../src/handlers/ky/options.ts";

/* What is let through is what the types name: whoever adds an option is told here that one of the two lacks it. */
const RETRY: Required<KyRetry> = {
  limit: 1,
  methods: ["get"],
  statusCodes: [503],
  afterStatusCodes: [503],
  maxRetryAfter: 1,
  backoffLimit: 1,
  delay: () => 1,
  jitter: true,
  retryOnTimeout: true,
  shouldRetry: () => true,
};
const HOOKS: Required<KyHooks> = { beforeRequest: [], beforeRetry: [], beforeError: [], afterResponse: [] };
const OPTIONS: Required<KyOptions> = {
  headers: {},
  hooks: HOOKS,
  timeout: 1,
  totalTimeout: 1,
  retry: RETRY,
  throwHttpErrors: true,
  parseJson: (text) => text,
  onDownloadProgress: () => undefined,
  onUploadProgress: () => undefined,
  context: {},
  fetch: () => Promise.resolve(new Response()),
  dispatcher: {},
  client: {},
  proxy: "",
  tls: {},
  cf: {},
  next: {},
  priority: "high",
};

test.each([
  ...Object.entries(OPTIONS).map(([name, value]): [string, object] => [name, { [name]: value }]),
  ...Object.entries(HOOKS).map(([name, value]): [string, object] => [`hooks.${name}`, { hooks: { [name]: value } }]),
  ...Object.entries(RETRY).map(([name, value]): [string, object] => [`retry.${name}`, { retry: { [name]: value } }]),
])("%s works on a finished Request", (_, options) => {
  expect(() => checkKyOptions(options)).not.toThrow();
});

describe("what does not is refused, with the names of what does", () => {
  test.each<[string, object, object]>([
    ["options", { json: {} }, OPTIONS],
    ["hooks", { hooks: { json: [] } }, HOOKS],
    ["retry", { retry: { json: 1 } }, RETRY],
  ])("among `%s`", (where, options, known) => {
    const names = Object.keys(known).join(", ");
    expect(() => checkKyOptions(options)).toThrow(
      new TypeError(`Expected \`${where}\` to have what works on a finished Request (${names}), got \`json\``),
    );
  });
});

test("no limit is Infinity, which those of ky's that have none say", () => {
  const retry = { maxRetryAfter: Number.POSITIVE_INFINITY, backoffLimit: Number.POSITIVE_INFINITY, jitter: Number };
  expect(() => checkKyOptions({ retry, throwHttpErrors: () => true })).not.toThrow();
});

test("what is undefined is not there, and a number of retries has no options", () => {
  const given: object = { json: undefined, hooks: undefined, retry: 2, parseJson: undefined };
  expect(() => checkKyOptions(given)).not.toThrow();
  expect(() => checkKyOptions({ retry: { limit: undefined, methods: undefined } })).not.toThrow();
});

test.each<[KyOptions, string]>([
  [{ hooks: { beforeRequest: () => undefined } } as never, "`hooks.beforeRequest` to be an array of functions"],
  [{ hooks: { afterResponse: ["x"] } } as never, "`hooks.afterResponse` to be an array of functions"],
  [{ hooks: "x" } as never, "`hooks` to be an object"],
  [{ retry: "2" } as never, "`retry` to be a whole number of 0 or more or an object"],
  [{ retry: -1 }, "`retry` to be a whole number of 0 or more or an object"],
  [{ timeout: "5" } as never, "`timeout` to be a number of ms of more than 0 and below 2³¹, or false"],
  [{ timeout: 0 }, "`timeout` to be a number of ms of more than 0 and below 2³¹, or false"],
  [{ totalTimeout: Number.NaN }, "`totalTimeout` to be a number of ms of more than 0 and below 2³¹, or false"],
  [{ timeout: 2 ** 31 }, "`timeout` to be a number of ms of more than 0 and below 2³¹, or false"],
  [
    { totalTimeout: Number.POSITIVE_INFINITY },
    "`totalTimeout` to be a number of ms of more than 0 and below 2³¹, or false",
  ],
  [{ throwHttpErrors: 1 } as never, "`throwHttpErrors` to be a boolean or a function"],
  [{ parseJson: "x" } as never, "`parseJson` to be a function"],
  [{ onDownloadProgress: {} } as never, "`onDownloadProgress` to be a function"],
  [{ onUploadProgress: true } as never, "`onUploadProgress` to be a function"],
  [{ context: 5 } as never, "`context` to be an object"],
  [{ retry: { limit: 1.5 } }, "`retry.limit` to be a whole number of 0 or more"],
  [{ retry: { limit: Number.POSITIVE_INFINITY } }, "`retry.limit` to be a whole number of 0 or more"],
  [{ retry: { methods: "get" } } as never, "`retry.methods` to be an array of strings"],
  [{ retry: { methods: [5] } } as never, "`retry.methods` to be an array of strings"],
  [{ retry: { statusCodes: ["503"] } } as never, "`retry.statusCodes` to be an array of whole numbers"],
  [{ retry: { afterStatusCodes: 503 } } as never, "`retry.afterStatusCodes` to be an array of whole numbers"],
  [{ retry: { maxRetryAfter: "5" } } as never, "`retry.maxRetryAfter` to be a number of 0 or more"],
  [{ retry: { maxRetryAfter: -1 } }, "`retry.maxRetryAfter` to be a number of 0 or more"],
  [{ retry: { backoffLimit: Number.NaN } }, "`retry.backoffLimit` to be a number of 0 or more"],
  [{ retry: { delay: 300 } } as never, "`retry.delay` to be a function"],
  [{ retry: { jitter: "full" } } as never, "`retry.jitter` to be a boolean or a function"],
  [{ retry: { retryOnTimeout: 1 } } as never, "`retry.retryOnTimeout` to be a boolean"],
  [{ retry: { shouldRetry: true } } as never, "`retry.shouldRetry` to be a function"],
])("%o is of a wrong type, and named", (options, message) => {
  expect(() => checkKyOptions(options)).toThrow(new RegExp(`^Expected ${message}`));
});
