import { expect, test } from "vitest";
import { requestOf, transactionOf as read } from "../../../src/core/transaction.ts";
import { request } from "../../support/lab.ts";

const transactionOf = (made: unknown): ReturnType<typeof read> => read(made, requestOf(made));

const one = (): number => 1;

test("takes a Request for itself, and a Transaction apart, with the signal that counts", () => {
  const made = request();
  const { signal } = new AbortController();
  expect(transactionOf(made)).toEqual({ request: made, consumer: undefined, signal: made.signal });
  expect(transactionOf({ request: made, consumer: one })).toEqual({
    request: made,
    consumer: one,
    signal: made.signal,
  });
  expect(transactionOf({ request: made, signal }).signal).toBe(signal);
  expect(transactionOf(made).request).toBe(made);
});

test("a signal of null stands for none, whatever the request's own", () => {
  const made = request("/", { signal: AbortSignal.abort("reason") });
  expect(transactionOf({ request: made, signal: null }).signal).toBeUndefined();
  for (const own of [made, { request: made, signal: undefined }]) {
    expect(() => transactionOf(own)).toThrow(expect.toSatisfy((reason) => reason === "reason"));
  }
});

test("looks for no consumer or signal on a polluted `Object.prototype`", () => {
  const made = request();
  Object.assign(Object.prototype, { consumer: 5, signal: 5 });
  try {
    expect(transactionOf({ request: made })).toMatchObject({ request: made, consumer: undefined, signal: made.signal });
  } finally {
    for (const name of ["consumer", "signal"]) Reflect.deleteProperty(Object.prototype, name);
  }
});

test("what can't be sent any more is none: its signal has aborted, or its body has been used", async () => {
  const used = request("/", { method: "POST", body: "x" });
  await used.text();
  const refusal = "The request's body has been used already";
  expect(() => transactionOf(used)).toThrow(new TypeError(refusal));
  expect(() => transactionOf({ request: used, signal: AbortSignal.abort(new Error("aborted")) })).toThrow("aborted");
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
  expect(() => transactionOf({ request: request(), consumer })).toThrow(/^Expected `consumer` to be a function, got /);
});

test.each([5, {}, "x"])("a signal of %o is none", (signal) => {
  expect(() => transactionOf({ request: request(), signal })).toThrow(/^Expected `signal` to be an AbortSignal, got /);
});

test("a request of another package may have no signal, or null", () => {
  const foreign = { url: "https://example.com/", method: "GET", headers: {}, signal: null };
  expect([transactionOf(foreign).signal, transactionOf({ request: foreign }).signal]).toEqual([undefined, undefined]);
});
