import { describe, expect, test } from "vitest";
import { isThenable } from "../../src/lib/checks.ts";
import { originOf } from "../../src/lib/request.ts";
import { responseOf } from "../../src/core/response.ts";
import { transactionOf } from "../../src/core/transaction.ts";
import { request } from "../support/lab.ts";

const one = (): number => 1;
const headers = new Headers();

describe("transactionOf", () => {
  test("takes a Request for itself, and a Transaction apart", () => {
    const made = request();
    expect(transactionOf(made)).toEqual({ request: made });
    expect(transactionOf(made).request).toBe(made);
    expect(transactionOf({ request: made })).toEqual({ request: made, consumer: undefined });
    expect(transactionOf({ request: made, consumer: one })).toEqual({ request: made, consumer: one });
  });

  test("knows requests of another realm or package by url, method and headers", () => {
    const foreign = { url: "https://example.com/", method: "GET", headers: {} };
    expect(transactionOf(foreign).request).toBe(foreign);
    expect(transactionOf({ request: foreign }).request).toBe(foreign);
    for (const missing of ["url", "method", "headers"]) {
      expect(() => transactionOf({ ...foreign, [missing]: undefined })).toThrow(TypeError);
      expect(() => transactionOf({ request: { ...foreign, [missing]: 5 } })).toThrow(TypeError);
    }
  });

  test.each([5, "https://example.com/", {}, [], { request: null }, { request: {} }, new URL("https://example.com/")])(
    "%o is neither",
    (made) => {
      expect(() => transactionOf(made)).toThrow(
        new TypeError("Expected the task to make a Request, a Transaction or nothing"),
      );
    },
  );

  test.each([null, 5, {}])("a consumer of %o is none", (consumer) => {
    expect(() => transactionOf({ request: request(), consumer })).toThrow(TypeError);
  });
});

describe("responseOf", () => {
  test("null and undefined are no response, a Response is itself, also one of another package", () => {
    const [own, foreign] = [new Response(), { status: 200, headers }];
    expect([responseOf(null), responseOf(undefined)]).toEqual([undefined, undefined]);
    expect(responseOf(own)).toBe(own);
    expect(responseOf(foreign)).toBe(foreign);
  });

  test.each([0, "", false, "ok", {}, [], { status: 200 }, { headers }, { status: "200", headers }])(
    "%o is none",
    (answer) => {
      expect(() => responseOf(answer)).toThrow(
        new TypeError("Expected the handler to resolve to a Response or nothing"),
      );
    },
  );
});

describe("originOf", () => {
  test.each([
    ["https://example.com/", "https://example.com"],
    ["http://example.com:8080/a/b?c=/d#/e", "http://example.com:8080"],
    ["https://example.com", "https://example.com"],
    ["https://user:secret@example.com/", "https://example.com"],
    ["https://[::1]:8443/a", "https://[::1]:8443"],
    ["https://example.com?token=secret/x", "https://example.com"],
    ["https://example.com#secret/x", "https://example.com"],
    ["https://example.com?secret", "https://example.com"],
    ["HTTPS://EXAMPLE.com:443/a", "https://example.com"],
    ["https://example.com:443/a", "https://example.com"],
    ["data:text/plain,secret", "null"],
    ["blob:https://example.com/secret", "https://example.com"],
    ["no URL", "null"],
    ["/path/secret", "null"],
    ["", "null"],
  ])("of %j is %j: never more", (url, origin) => {
    expect(originOf({ url } as Request)).toBe(origin);
  });
});

test.each([
  [Promise.resolve(), true],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  [{ then: () => undefined }, true],
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  [{ then: 5 }, false],
  [{}, false],
  [null, false],
  [undefined, false],
  ["then", false],
  [() => undefined, false],
])("isThenable(%o) is %s", (value, is) => {
  expect(isThenable(value)).toBe(is);
});
