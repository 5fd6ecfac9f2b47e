import { describe, expect, test, vi } from "vitest";
import { cancelUpload, markTask, uploadOf } from "../../../src/lib/task-mark.ts";
import { request } from "../../support/lab.ts";

/** What Node wants beside a stream for a body, and its types for the browser don't know. */
const HALF: object = { duplex: "half" };

type Cancel = (reason: unknown) => void | Promise<void>;

const task = (): (() => null) => () => null;

/** A stream that tells when it is cancelled. */
function stream(cancel: Cancel): ReadableStream {
  return new ReadableStream({ cancel });
}

test("a task is marked with what it will send, and one that sends nothing is not", () => {
  const [one, other, upload] = [task(), task(), {}];
  markTask(one, upload);
  markTask(other, undefined);
  expect([uploadOf(one), uploadOf(other), Reflect.ownKeys(other).includes(Symbol.for("httppool.upload"))]).toEqual([
    upload,
    undefined,
    false,
  ]);
});

describe("the source of a body is told why it is not sent", () => {
  test.each<[string, (body: ReadableStream) => object]>([
    ["a stream by itself", (body) => body],
    ["of a Request", (body) => request("/", { method: "POST", body, ...HALF })],
    ["of a request of another package", (body) => ({ url: "https://example.com/", body })],
  ])("%s", (_, uploadFor) => {
    const cancel = vi.fn<Cancel>();
    cancelUpload(uploadFor(stream(cancel)), "why");
    expect(cancel.mock.calls).toEqual([["why"]]);
  });
});

test.each<[string, object | undefined]>([
  ["nothing", undefined],
  ["a request without a body", request()],
  ["a request of another package, whose body is a text", { body: "text" }],
  ["a form", new FormData()],
  ["a buffer", new Uint8Array(1)],
])("there is no source to tell of %s", (_, upload) => {
  expect(() => cancelUpload(upload, "why")).not.toThrow();
});

test("what a source throws or rejects with, and a refusal of a stream that somebody reads, is nobody's affair", async () => {
  const error = new Error("The source fails too");
  const throwing = stream(() => {
    throw error;
  });
  const rejecting = stream(() => Promise.reject(error));
  const strange = { body: { getReader: 1, cancel: vi.fn<() => never>().mockThrow(error) } };
  const read = stream(() => undefined);
  read.getReader();
  for (const upload of [throwing, rejecting, strange, read]) expect(() => cancelUpload(upload, "why")).not.toThrow();
  // What is unhandled would fail the run.
  await new Promise((resolve) => setImmediate(resolve));
});
