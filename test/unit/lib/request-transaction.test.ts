import { expect, test } from "vitest";
import { RequestTransaction } from "../../../src/lib/request-transaction.ts";
import { request } from "../../support/lab.ts";

const consumer = (): number => 1;

test("keeps the request, the consumer and the signal that it is given", () => {
  const [made, { signal }] = [request(), new AbortController()];
  const transaction = new RequestTransaction(made, consumer, signal);
  expect([transaction.request, transaction.consumer, transaction.signal]).toEqual([made, consumer, signal]);
  expect(transaction.request).toBe(made);
});
