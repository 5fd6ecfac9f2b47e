import { describe, expect, test } from "vitest";
import { resend } from "../../../../src/traffic/retry/resend.ts";

/** A request that has been sent. */
async function sent(init: RequestInit): Promise<Request> {
  const request = new Request("https://example.com/path?query=1", init);
  await request.arrayBuffer();
  return request;
}

describe("a request again", () => {
  test.each([undefined, null])("with %s for a body is the very same", async (body) => {
    const request = await sent({ method: "DELETE" });
    expect(resend(request, body)).toBe(request);
  });

  test.each<[string, BodyInit, string]>([
    ["a string", "text ä", "text ä"],
    ["an empty string", "", ""],
    ["a buffer", new Uint8Array([97, 98]).buffer, "ab"],
    ["bytes", new Uint8Array([97, 98]), "ab"],
    ["a Blob", new Blob(["blob"], { type: "text/x-blob" }), "blob"],
    ["parameters", new URLSearchParams({ a: "1 2" }), "a=1+2"],
  ])("has %s that it was made with, and its content-type", async (_, body, text) => {
    const request = await sent({ method: "PUT", body });
    const again = resend(request, body);
    expect([again.bodyUsed, again.headers.get("content-type")]).toEqual([false, request.headers.get("content-type")]);
    expect(await again.text()).toBe(text);
  });

  test("keeps a content-type that somebody has chosen", async () => {
    const request = await sent({ method: "PUT", body: "{}", headers: { "Content-Type": "application/json" } });
    expect(resend(request, "{}").headers.get("content-type")).toBe("application/json");
  });

  test("has a form with the boundary that its content-type names, however often", async () => {
    const form = new FormData();
    form.set("name", "value");
    let request = await sent({ method: "POST", body: form, headers: { "X-Other": "kept" } });
    for (let i = 0; i < 2; i++) {
      request = resend(request, form);
      const boundary = /^multipart\/form-data; ?boundary=(.+)$/.exec(request.headers.get("content-type") ?? "")?.[1];
      const copy = request.clone();
      expect((await copy.text()).startsWith(`--${boundary}`)).toBe(true);
      expect((await request.formData()).get("name")).toBe("value");
      expect(request.headers.get("x-other")).toBe("kept");
    }
  });

  test("is like the first in all else", async () => {
    const init: RequestInit = {
      method: "PATCH",
      body: "x",
      headers: { "X-Mine": "1" },
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      referrer: "https://example.com/from",
      referrerPolicy: "origin",
      keepalive: true,
      integrity: "sha256-x",
      mode: "same-origin",
    };
    const request = await sent(init);
    const again = resend(request, "x");
    expect(again).not.toBe(request);
    const names = [
      "url",
      "method",
      "redirect",
      "credentials",
      "cache",
      "referrer",
      "referrerPolicy",
      "keepalive",
      "integrity",
      "mode",
    ] as const;
    for (const name of names) expect([name, again[name]]).toEqual([name, request[name]]);
    expect([...again.headers]).toEqual([...request.headers]);
  });

  test("does not follow the signal of the first", async () => {
    const caller = new AbortController();
    const request = await sent({ method: "PUT", body: "x", signal: caller.signal });
    const again = resend(request, "x");
    caller.abort();
    expect(again.signal.aborted).toBe(false);
  });
});
