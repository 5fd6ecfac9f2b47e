import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { keep } from "../../../../src/traffic/retry/keep.ts";

/** What a platform would send for a body. */
const sent = async (body: unknown): Promise<string> => {
  return new Request("https://example.com/", { method: "POST", body: body as string }).text();
};

test.each<[string, unknown]>([
  ["a string", "text"],
  ["a Blob", new Blob(["text"])],
  ["a stream", new ReadableStream()],
  ["null", null],
  ["nothing", undefined],
])("%s is kept itself", (_, body) => {
  expect(keep(body)).toBe(body);
});

test.each<[string, ArrayBufferLike | ArrayBufferView]>([
  ["an ArrayBuffer", new TextEncoder().encode("text").buffer],
  ["one of another realm", runInNewContext("new Uint8Array([116, 101, 120, 116]).buffer") as ArrayBuffer],
  ["a DataView", new DataView(new TextEncoder().encode("a text").buffer, 2)],
  ["a part of one", new TextEncoder().encode("a text").subarray(2)],
])("of %s the bytes are kept", async (_, body) => {
  const kept = keep(body);
  new Uint8Array(ArrayBuffer.isView(body) ? body.buffer : body).fill(0);
  expect(await sent(kept)).toBe("text");
});

test("of parameters a copy is kept", () => {
  const body = new URLSearchParams({ a: "1 2" });
  const kept = keep(body);
  body.append("b", "3");
  expect(kept).toBeInstanceOf(URLSearchParams);
  expect(String(kept)).toBe("a=1+2");
});

test("of a form all the parts are kept, with the names of their files", async () => {
  const body = new FormData();
  body.append("name", "Ada");
  body.append("name", "Grace");
  body.append("file", new Blob(["content"], { type: "text/css" }), "a.css");
  const kept = keep(body) as FormData;
  body.delete("name");
  body.delete("file");
  expect(kept.getAll("name")).toEqual(["Ada", "Grace"]);
  const file = kept.get("file") as File;
  expect([file.name, file.type, await file.text()]).toEqual(["a.css", "text/css", "content"]);
});
