import { describe, expect, test, vi } from "vitest";
import { resend } from "../../../../src/traffic/retry/resend.ts";

const URL_OF_HOST = "https://example.com/";

/** A request that has been sent. */
async function sent(init?: RequestInit): Promise<Request> {
  const request = new Request(URL_OF_HOST, init);
  await request.arrayBuffer();
  return request;
}

const bytes = new Uint8Array([0, 1, 254, 255]);
const form = (): FormData => {
  const data = new FormData();
  data.append("name", "Ada");
  data.append("file", new Blob(["content"], { type: "text/css" }), "a.css");
  return data;
};

test.each([undefined, null])("without a body (%s) it is the same request", (body) => {
  const request = new Request(URL_OF_HOST);
  expect(resend(request, body)).toBe(request);
});

describe("a body", () => {
  test.each<[string, () => NonNullable<RequestInit["body"]>, string | null]>([
    ["string", () => "text ü", "text/plain;charset=UTF-8"],
    ["empty string", () => "", "text/plain;charset=UTF-8"],
    ["Blob", () => new Blob([bytes], { type: "image/png" }), "image/png"],
    ["URLSearchParams", () => new URLSearchParams({ a: "1 2" }), "application/x-www-form-urlencoded;charset=UTF-8"],
    ["ArrayBuffer", () => bytes.buffer, null],
    ["Uint8Array", () => bytes.subarray(1), null],
  ])("that is a %s is sent again, with its type", async (_, make, type) => {
    const body = make();
    const init = { method: "POST", body, headers: { "x-id": "7" } };
    const expected = await new Request(URL_OF_HOST, init).arrayBuffer();
    const first = await sent(init);
    const second = resend(first, body);
    const third = resend(second, body);
    await second.arrayBuffer();
    for (const request of [resend(second, body), third]) {
      expect(Buffer.from(await request.arrayBuffer())).toEqual(Buffer.from(expected));
      expect([...request.headers]).toEqual([...first.headers]);
      expect(request.headers.get("content-type")).toBe(type);
    }
  });

  test("that is a FormData is sent again, under its new boundary", async () => {
    const body = form();
    const first = await sent({ method: "POST", body, headers: { "x-id": "7" } });
    const second = resend(first, body);
    expect(second.headers.get("x-id")).toBe("7");
    expect(second.headers.get("content-type")).toMatch(/^multipart\/form-data; boundary=/);
    expect(second.headers.get("content-type")).not.toBe(first.headers.get("content-type"));
    const read = await second.formData();
    expect(read.get("name")).toBe("Ada");
    expect(await (read.get("file") as File).text()).toBe("content");
  });

  test("that was written as multipart by its caller keeps the caller's boundary", async () => {
    const type = "multipart/form-data; boundary=mine";
    const init = { method: "POST", body: "--mine--", headers: { "content-type": type } };
    expect(resend(await sent(init), init.body).headers.get("content-type")).toBe(type);
  });

  test("that is a FormData keeps another type that its caller gave", async () => {
    const body = form();
    const headers = { "content-type": "application/x-mine" };
    expect(resend(await sent({ method: "POST", body, headers }), body).headers.get("content-type")).toBe(
      "application/x-mine",
    );
  });

  test("keeps the type that its caller gave", async () => {
    const init = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
    expect(resend(await sent(init), init.body).headers.get("content-type")).toBe("application/json");
  });
});

test.each<[keyof Request, RequestInit]>([
  ["method", { method: "PATCH" }],
  ["redirect", { redirect: "manual" }],
  ["credentials", { credentials: "include" }],
  ["cache", { cache: "no-store" }],
  ["mode", { mode: "same-origin" }],
  ["integrity", { integrity: "sha256-AAAA" }],
  ["keepalive", { keepalive: true }],
  ["referrer", { referrer: "" }],
  ["referrerPolicy", { referrerPolicy: "origin" }],
])("keeps its %s", async (name, init) => {
  const first = await sent({ method: "POST", body: "x", ...init });
  expect(resend(first, "x")[name]).toEqual(first[name]);
});

test("does not follow the signal of the first", async () => {
  const controller = new AbortController();
  const first = await sent({ method: "POST", body: "x", signal: controller.signal });
  const second = resend(first, "x");
  controller.abort();
  expect(second.signal.aborted).toBe(false);
});

test.each(["no-referrer", ""] as const)(
  "gives the platform nothing of a polluted prototype (referrer policy %o)",
  async (policy) => {
    const first = await sent({ method: "POST", body: "x", referrerPolicy: policy });
    let given: RequestInit | undefined;
    vi.stubGlobal("Request", function (_: Request, init: RequestInit) {
      given = init;
    });
    try {
      Object.assign(Object.prototype, { method: "DELETE" });
      resend(first, "x");
      expect([given?.body, given?.method]).toEqual(["x", undefined]);
    } finally {
      Reflect.deleteProperty(Object.prototype, "method");
      vi.unstubAllGlobals();
    }
  },
);
