import { describe, expect, test, vi } from "vitest";
import { cancelUpload, copyMark, isStream, markTask, originOfTask, uploadOf } from "../../../src/lib/task-mark.ts";
import { request } from "../../support/lab.ts";

/** What Node wants beside a stream for a body, and its types for the browser don't know. */
const HALF: object = { duplex: "half" };

type Cancel = (reason: unknown) => void | Promise<void>;

const task = (): (() => null) => () => null;

/** A stream that tells when it is cancelled. */
function stream(cancel: Cancel): ReadableStream {
  return new ReadableStream({ cancel });
}

const TARGET = Symbol.for("httppool.target");
const BODY = Symbol.for("httppool.body");

test("a task that nobody has marked is known to send nothing, anywhere", () => {
  expect([uploadOf(task()), originOfTask(task())]).toEqual([undefined, undefined]);
});

test("a task is marked with where it sends to, and with the body where it is not the target's own", () => {
  const [plain, withBody, without] = [task(), task(), task()];
  const [target, body] = [request(), new Blob(["text"])];
  markTask(plain, target);
  markTask(withBody, "https://example.com/", body);
  markTask(without, target, null);
  expect([plain, withBody, without].map(uploadOf)).toEqual([target, body, target]);
  expect(Reflect.ownKeys(plain)).toContain(TARGET);
  expect([plain, withBody, without].map((marked) => Object.hasOwn(marked, BODY))).toEqual([false, true, false]);
});

test("a body of nothing but a text is one too", () => {
  const marked = task();
  markTask(marked, request(), "");
  expect(uploadOf(marked)).toBe("");
});

test("what wraps a task has its marks, and none where it has none", () => {
  const [from, to, plain] = [task(), task(), task()];
  const body = {};
  markTask(from, "https://example.com/", body);
  copyMark(from, to);
  expect([uploadOf(to), originOfTask(to)]).toEqual([body, "https://example.com"]);
  copyMark(task(), plain);
  expect([TARGET, BODY].some((mark) => Object.hasOwn(plain, mark))).toBe(false);
});

describe("originOfTask", () => {
  const texts: [string, string | undefined][] = [
    ["https://example.com/secret?token=1#hash", "https://example.com"],
    ["https://user:secret@example.com:8443/a", "https://example.com:8443"],
    ["HTTP://EXAMPLE.com:80", "http://example.com"],
    [" https://example.com/ ", "https://example.com"],
    ["ftp://example.com/secret", undefined],
    ["file:///secret", undefined],
    ["data:text/plain,secret", undefined],
    ["about:blank", undefined],
    ["blob:https://example.com/secret", undefined],
    ["/path/secret", undefined],
    ["no URL", undefined],
    ["https://", undefined],
    ["", undefined],
  ];

  test.each(texts)("of the text %j is %j", (url, origin) => {
    const marked = task();
    markTask(marked, url);
    expect(originOfTask(marked)).toBe(origin);
  });

  test.each(texts)("of a request of another package to %j is %j", (url, origin) => {
    const marked = task();
    markTask(marked, { url } as Request);
    expect(originOfTask(marked)).toBe(origin);
  });

  test("of a Request is where it goes", () => {
    const marked = task();
    markTask(marked, request("/secret?token=1"), "body");
    expect(originOfTask(marked)).toBe("https://example.com");
  });

  test("of what another copy of the package has marked is known too", () => {
    const marked = Object.assign(task(), { [TARGET]: "https://example.com/a" });
    expect(originOfTask(marked)).toBe("https://example.com");
  });

  test("of a text that a page would complete is the page's own", () => {
    vi.stubGlobal("location", { href: "https://page.example/dir/index.html" });
    const marked = task();
    markTask(marked, "../api");
    expect(originOfTask(marked)).toBe("https://page.example");
    vi.unstubAllGlobals();
    expect(originOfTask(marked)).toBeUndefined();
  });
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

test("a stream is known by how it is read", () => {
  const values = [stream(() => undefined), { getReader: 1 }, new Blob(), "text", null, undefined];
  expect(values.map(isStream)).toEqual([true, true, false, false, false, false]);
});
