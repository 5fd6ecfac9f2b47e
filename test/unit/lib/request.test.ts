import { describe, expect, test } from "vitest";
import { checkSignal, isRequest, keepReferrer, originOf, platformRequest, signalOf } from "../../../src/lib/request.ts";
import { request } from "../../support/lab.ts";

const parts = { url: "https://example.com/a", method: "PUT", headers: {} };
const foreign = parts as unknown as Request;

describe("isRequest", () => {
  test("is so of the platform's, a subclass's and another package's, by url, method and headers", () => {
    class Mine extends Request {}
    expect([request(), new Mine("https://example.com/"), foreign].map(isRequest)).toEqual([true, true, true]);
    for (const name of ["url", "method", "headers"]) expect(isRequest({ ...parts, [name]: undefined })).toBe(false);
  });

  test.each([null, undefined, 5, "https://example.com/", {}, new URL("https://example.com/")])(
    "is not so of %o",
    (value) => {
      expect(isRequest(value)).toBe(false);
    },
  );
});

describe("platformRequest", () => {
  test("hands the platform's own on, a subclass's too", () => {
    class Mine extends Request {}
    for (const own of [request(), new Mine("https://example.com/")]) expect(platformRequest(own)).toBe(own);
  });

  test("copies one of another package", () => {
    const made = platformRequest(foreign);
    expect(made).toBeInstanceOf(Request);
    expect([made.url, made.method]).toEqual(["https://example.com/a", "PUT"]);
  });
});

describe("keepReferrer", () => {
  const { signal } = new AbortController();

  test.each([
    ["the default", { referrer: "about:client", referrerPolicy: "" }],
    ["another package's, without any", { referrer: undefined, referrerPolicy: undefined }],
  ])("hands the init on for %s", (_, asked) => {
    const init = { signal };
    expect(keepReferrer(asked as unknown as Request, init)).toBe(init);
  });

  test.each([
    ["a referrer", { referrer: "https://example.com/from", referrerPolicy: "" }],
    ["no referrer", { referrer: "", referrerPolicy: "" }],
    ["a policy", { referrer: "about:client", referrerPolicy: "origin" }],
  ])("puts %s into a copy of the init", (_, asked) => {
    expect(keepReferrer(asked as unknown as Request, { signal })).toEqual({ signal, ...asked });
  });
});

describe("signalOf", () => {
  const { signal } = new AbortController();
  const own = request("/", { signal });

  test("is that of the init, else that of the request", () => {
    expect(signalOf("https://example.com/", { signal })).toBe(signal);
    expect(signalOf(own, { signal })).toBe(signal);
    for (const init of [undefined, null, {}, { signal: undefined }]) expect(signalOf(own, init)).toBe(own.signal);
  });

  test("is none when the init says null, or nobody has one", () => {
    expect(signalOf(own, { signal: null })).toBeUndefined();
    expect(signalOf({ ...parts, signal: null }, undefined)).toBeUndefined();
    expect(signalOf("https://example.com/", undefined)).toBeUndefined();
    expect(signalOf({ signal }, undefined)).toBeUndefined();
  });

  test("may be inherited, as from a Request in the init's place", () => {
    expect(signalOf("https://example.com/", Object.create({ signal }))).toBe(signal);
  });
});

describe("checkSignal", () => {
  test("takes a signal, of another realm too, or none", () => {
    const { signal } = new AbortController();
    const other = { aborted: false, addEventListener() {}, removeEventListener() {} } as unknown as AbortSignal;
    expect([checkSignal(signal), checkSignal(other), checkSignal(undefined)]).toEqual([signal, other, undefined]);
  });

  test.each([5, {}, new EventTarget()])("throws a TypeError for %o", (value) => {
    expect(() => checkSignal(value as AbortSignal)).toThrow(/^Expected `signal` to be an AbortSignal, got /);
  });
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
