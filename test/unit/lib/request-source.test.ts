import { describe, expect, test, vi } from "vitest";
import { cancelUpload, RequestSource } from "../../../src/lib/request-source.ts";
import { settled } from "../../support/fake-clock.ts";
import { request } from "../../support/lab.ts";
import { endless, ScriptedBody } from "../../support/scripted-body.ts";

/** An upload whose source counts what is done to it. */
function upload(cancelled?: () => unknown): { readonly body: ScriptedBody; readonly init: RequestInit } {
  const body = new ScriptedBody(endless(1), "hang", cancelled);
  return { body, init: { method: "POST", body: body.stream, duplex: "half" } as RequestInit };
}

const URL = "https://example.com/";

/** A maker of its own each time, since a mark stays. */
const makerOf = (): (() => unknown) => vi.fn<() => unknown>();

describe("a marked maker that is cancelled", () => {
  test("cancels the body of its init, with the reason", async () => {
    const { body, init } = upload();
    const marked = makerOf();
    RequestSource.mark(marked, URL, init);
    RequestSource.cancel(marked, "why");
    await settled();
    expect(body.cancels).toEqual(["why"]);
  });

  test("cancels the body of its request, unless the init brings another", async () => {
    const [own, other] = [upload(), upload()];
    const plain = makerOf();
    const replaced = makerOf();
    RequestSource.mark(plain, new Request(URL, own.init), undefined);
    RequestSource.mark(replaced, new Request(URL, upload().init), other.init);
    RequestSource.cancel(plain, "why");
    RequestSource.cancel(replaced, "why");
    await settled();
    expect([own.body.cancels, other.body.cancels]).toEqual([["why"], ["why"]]);
  });

  test("leaves alone what has no stream to be cancelled", () => {
    for (const body of [undefined, null, "text", new Uint8Array(1), new URLSearchParams()]) {
      const marked = makerOf();
      RequestSource.mark(marked, URL, { body: body as string });
      expect(RequestSource.cancel(marked, "why")).toBeUndefined();
    }
    const bodiless = makerOf();
    RequestSource.mark(bodiless, request(), undefined);
    expect(RequestSource.cancel(bodiless, "why")).toBeUndefined();
  });

  test("is cancelled through what wraps it, if it is marked", async () => {
    const { body, init } = upload();
    const marked = makerOf();
    const wrapper = makerOf();
    RequestSource.mark(marked, URL, init);
    RequestSource.copy(marked, wrapper);
    RequestSource.cancel(wrapper, "why");
    await settled();
    expect(body.cancels).toEqual(["why"]);
  });
});

test("what nobody has marked can be copied and cancelled, and nothing comes of it", () => {
  const wrapper = makerOf();
  RequestSource.copy(makerOf(), wrapper);
  expect(RequestSource.cancel(wrapper, "why")).toBeUndefined();
});

describe("cancelUpload", () => {
  test("leaves a body alone that was used, or is being read", async () => {
    const [used, locked] = [upload(), upload()];
    const usedRequest = new Request(URL, used.init);
    const reader = usedRequest.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    const lockedRequest = new Request(URL, locked.init);
    lockedRequest.body?.getReader();
    cancelUpload(usedRequest, "why");
    cancelUpload(lockedRequest, "why");
    await settled();
    expect([used.body.cancels, locked.body.cancels]).toEqual([[], []]);
  });

  test("hears nothing of what the source throws when it is told", async () => {
    const { body, init } = upload(() => Promise.reject(new Error("source")));
    cancelUpload(new Request(URL, init), "why");
    await settled();
    expect(body.cancels).toEqual(["why"]);
  });
});
