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

test("what is undefined is not there, and a number of retries has no options", () => {
  const given: object = { json: undefined, hooks: undefined, retry: 2 };
  expect(() => checkKyOptions(given)).not.toThrow();
});

test.each<[KyOptions, string]>([
  [{ hooks: { beforeRequest: () => undefined } } as never, "`hooks.beforeRequest` to be an array of functions"],
  [{ hooks: { afterResponse: ["x"] } } as never, "`hooks.afterResponse` to be an array of functions"],
  [{ hooks: "x" } as never, "`hooks` to be an object"],
  [{ retry: "2" } as never, "`retry` to be a whole number of 0 or more or an object"],
  [{ retry: -1 }, "`retry` to be a whole number of 0 or more or an object"],
  [{ timeout: "5" } as never, "`timeout` to be a finite number of ms of more than 0, or false"],
  [{ timeout: 0 }, "`timeout` to be a finite number of ms of more than 0, or false"],
  [{ totalTimeout: Number.NaN }, "`totalTimeout` to be a finite number of ms of more than 0, or false"],
])("%o is of a wrong type, and named", (options, message) => {
  expect(() => checkKyOptions(options)).toThrow(new RegExp(`^Expected ${message}`));
});
