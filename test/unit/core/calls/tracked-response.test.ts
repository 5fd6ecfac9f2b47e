import { afterEach, describe, expect, test, vi } from "vitest";
import { QueuedTask, type RunningAttempt } from "../../../../src/core/queued-task.ts";
import { canTrack, track } from "../../../../src/core/calls/tracked-response.ts";
import { collectGarbage } from "../../../support/collect-garbage.ts";
import { settled } from "../../../support/settled.ts";
import { listenerCount } from "../../../support/listener-count.ts";
import { ScriptedBody } from "../../../support/scripted-body.ts";

const nothing = (): void => undefined;

/** An attempt of which only the signal counts. */
function attempt(): RunningAttempt {
  const controller = new AbortController();
  const abort = (reason: unknown): void => controller.abort(reason);
  const slot = { number: 0, due: 0, occupant: undefined };
  return { task: new QueuedTask(() => null, undefined), slot, signal: controller.signal, abort, abortSignal: abort };
}

/** What became of the promise so far. */
async function fate(promise: Promise<unknown>): Promise<unknown> {
  const pending = settled().then(() => "pending");
  return Promise.race([
    promise.then(
      () => "resolved",
      (error: unknown) => ({ error }),
    ),
    pending,
  ]);
}

describe("canTrack", () => {
  test.each([
    [{ body: null, status: 200 }, false],
    [{ body: undefined, status: 200 }, false],
    [{ body: {}, status: 200 }, true],
    [{ body: {}, status: 206 }, true],
    [{ body: {}, status: 599 }, true],
    [{ body: {}, status: 204 }, false],
    [{ body: {}, status: 205 }, false],
    [{ body: {}, status: 304 }, false],
    [{ body: {}, status: 0 }, false],
    [{ body: {}, status: 199 }, false],
  ])("%o: %s", (response, can) => {
    expect(canTrack(response as Response)).toBe(can);
  });
});

describe("track", () => {
  test("ends when the connection is lost, also while nobody reads", async () => {
    let source: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (source = controller) });
    const { response, ended } = track(new Response(stream), attempt());
    const reader = response.body?.getReader();
    source?.enqueue(new Uint8Array(1));
    expect((await reader?.read())?.value).toHaveLength(1);
    const error = new TypeError("terminated");
    source?.error(error);
    expect(await fate(ended)).toEqual({ error });
    await expect(reader?.read()).rejects.toBe(error);
  });

  test("hands on chunk by chunk, no faster than it is read, and ends with the body", async () => {
    const body = new ScriptedBody([1, 2, 3]);
    const { response, ended } = track(body.response(), attempt());
    await settled();
    expect(body.pulls).toBe(0);
    const reader = response.body?.getReader();
    for (const size of [1, 2, 3]) {
      expect((await reader?.read())?.value).toHaveLength(size);
      expect([body.chunks, await fate(ended)]).toEqual([size, "pending"]);
    }
    expect((await reader?.read())?.done).toBe(true);
    expect([await fate(ended), body.cancels]).toEqual(["resolved", []]);
  });

  test("a cancel reaches the body, with its reason, and ends it", async () => {
    const body = new ScriptedBody([1, 2]);
    const { response, ended } = track(body.response(), attempt());
    await response.body?.cancel("enough");
    expect([body.cancels, await fate(ended)]).toEqual([["enough"], "resolved"]);
  });

  test("a cancel that fails is the reader's to see", async () => {
    const refusal = new Error("refusal");
    const body = new ScriptedBody([1], "close", () => Promise.reject(refusal));
    const { response, ended } = track(body.response(), attempt());
    await expect(response.body?.cancel()).rejects.toBe(refusal);
    expect(await fate(ended)).toBe("resolved");
  });

  test("a body that fails fails for both, with the same error", async () => {
    const reset = new Error("reset");
    const { response, ended } = track(new ScriptedBody([1], { error: reset }).response(), attempt());
    const failed = fate(ended);
    const reader = response.body?.getReader();
    await reader?.read();
    await expect(reader?.read()).rejects.toBe(reset);
    await expect(ended).rejects.toBe(reset);
    await failed;
  });

  test.each([new Error("why"), null, "text"])(
    "an abort (%o) fails a read under way, and cancels the body",
    async (reason) => {
      const own = attempt();
      const body = new ScriptedBody([1], "hang");
      const { response, ended } = track(body.response(), own);
      const reader = response.body?.getReader();
      await reader?.read();
      const read = fate(reader?.read() ?? Promise.resolve());
      await settled();
      const outcome = fate(ended);
      own.abortSignal(reason);
      expect([await outcome, body.cancels]).toEqual([{ error: reason }, [reason]]);
      const rest = await reader?.read().catch((error: unknown) => ({ error }));
      expect(rest).toEqual({ error: reason });
      expect(listenerCount(own.signal)).toBe(0);
      await read;
    },
  );

  test("an abort between two reads fails the next one", async () => {
    const own = attempt();
    const body = new ScriptedBody([1, 2]);
    const { response, ended } = track(body.response(), own);
    const outcome = fate(ended);
    own.abortSignal("why");
    await expect(response.text()).rejects.toBe("why");
    expect([await outcome, body.chunks]).toEqual([{ error: "why" }, 0]);
  });

  test("an attempt that is aborted already fails the first read", async () => {
    const own = attempt();
    own.abortSignal("before");
    const body = new ScriptedBody([1]);
    const { response, ended } = track(body.response(), own);
    await expect(ended).rejects.toBe("before");
    await expect(response.text()).rejects.toBe("before");
    expect(body.cancels).toEqual(["before"]);
  });

  test("a body that fails while it is aborted fails with the reason", async () => {
    const own = attempt();
    let fail: () => void = nothing;
    const stream = new ReadableStream({
      start: (controller) => {
        fail = () => controller.error(new Error("reset"));
      },
    });
    const { response, ended } = track(new Response(stream), own);
    const read = response.text().catch((error: unknown) => error);
    await settled();
    own.signal.addEventListener("abort", fail);
    own.abortSignal("why");
    await expect(ended).rejects.toBe("why");
    expect(await read).toBe("why");
  });

  test("a body that is locked can't be tracked: it throws", () => {
    const response = new Response("x");
    response.body?.getReader();
    expect(() => track(response, attempt())).toThrow(TypeError);
  });

  test("a response nobody holds any more ends, and its body is cancelled", async () => {
    const body = new ScriptedBody([1], "hang");
    const own = attempt();
    const ended = (() => track(body.response(), own).ended)();
    let isEnded = false;
    void ended.then(() => (isEnded = true));
    await settled();
    expect(isEnded).toBe(false);
    await collectGarbage(() => isEnded && body.cancels.length > 0);
    expect([isEnded, body.cancels.length]).toEqual([true, 1]);
  });

  test("a response somebody holds stays", async () => {
    const body = new ScriptedBody([1]);
    const { response, ended } = track(body.response(), attempt());
    await collectGarbage();
    expect([await fate(ended), body.cancels]).toEqual(["pending", []]);
    expect(await response.bytes()).toHaveLength(1);
  });

  test("bytes can be read into one's own buffer, when those of the original could", async () => {
    const original = new Response("abc");
    const { response, ended } = track(original, attempt());
    const reader = response.body?.getReader({ mode: "byob" });
    let text = "";
    for (;;) {
      const read = await reader?.read(new Uint8Array(2));
      text += Buffer.from(read?.value ?? []).toString();
      if (read?.done !== false) break;
    }
    expect([text, await fate(ended)]).toEqual(["abc", "resolved"]);
  });

  test("a body that is no stream of bytes stays one", () => {
    const { response } = track(new ScriptedBody([1]).response(), attempt());
    expect(() => response.body?.getReader({ mode: "byob" })).toThrow(TypeError);
  });

  test("takes url, redirected, type and the very headers over, to clones too", async () => {
    const original = Object.defineProperties(new Response("x", { status: 201, statusText: "Made" }), {
      url: { value: "https://example.com/final" },
      redirected: { value: true },
      type: { value: "cors" },
    });
    const { response } = track(original, attempt());
    for (const seen of [response, response.clone(), response.clone().clone()]) {
      expect([seen.url, seen.redirected, seen.type, seen.status, seen.statusText]).toEqual([
        "https://example.com/final",
        true,
        "cors",
        201,
        "Made",
      ]);
      expect(seen.headers).toBe(original.headers);
      expect(await seen.text()).toBe("x");
    }
  });
});

describe("what is watched for garbage collection", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.resetModules();
  });

  test("is what the stream calls, not its object, which a reader need not keep", async () => {
    const watched: unknown[] = [];
    vi.stubGlobal(
      "FinalizationRegistry",
      class {
        register(object: unknown): void {
          watched.push(object);
        }
      },
    );
    vi.resetModules();
    const copy = await import("../../../../src/core/calls/tracked-response.ts");
    const { response } = copy.track(new ScriptedBody([1]).response(), attempt());
    expect(watched).toEqual([expect.objectContaining({ pull: expect.any(Function) as unknown })]);
    expect(watched).not.toContain(response.body);
  });
});

describe("what servers send that no Response can be made with", () => {
  test.each([
    ["a status", { status: 999, statusText: "Denied", ok: false }],
    ["a status text", { status: 200, statusText: "\u597d", ok: true }],
  ])("%s is told as it is, of a clone too", async (_, odd) => {
    const original = new Response(new ScriptedBody([3]).stream);
    for (const [name, value] of Object.entries(odd)) Object.defineProperty(original, name, { value });
    const { response } = track(original, attempt());
    const clone = response.clone();
    for (const { status, statusText, ok } of [response, clone]) expect({ status, statusText, ok }).toEqual(odd);
    expect([(await response.arrayBuffer()).byteLength, (await clone.arrayBuffer()).byteLength]).toEqual([3, 3]);
  });
});

test("a response can be patched, redefined and wrapped, as that of plain fetch", async () => {
  const { response } = track(new ScriptedBody([3]).response(), attempt());
  response.json = async () => "patched";
  Object.defineProperty(response, "url", { value: "https://example.com/other" });
  expect([await response.json(), response.url]).toEqual(["patched", "https://example.com/other"]);
  const wrapped = new Proxy(response, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  expect((await wrapped.arrayBuffer()).byteLength).toBe(3);
});

describe("on a platform with a Response of its own kind", () => {
  afterEach(() => void vi.unstubAllGlobals());

  test("a read fails with what the body failed with, though the platform's fails with an error of its own", async () => {
    class Odd extends Response {
      override text(): Promise<string> {
        return super.text().catch(() => Promise.reject(new Error("Load failed")));
      }
    }
    const cause = new TypeError("terminated");
    const source = new ReadableStream({ pull: (controller) => controller.error(cause) });
    const original = new Response(source);
    vi.stubGlobal("Response", Odd);
    const { response, ended } = track(original, attempt());
    await expect(response.text()).rejects.toBe(cause);
    expect(await fate(ended)).toEqual({ error: cause });
  });

  test("a read that fails for another reason than the body fails with that reason", async () => {
    const { response } = track(new Response("hello"), attempt());
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  test("what the platform lacks is not there, and takes no error", async () => {
    class Old extends Response {}
    Object.defineProperty(Old.prototype, "bytes", { value: undefined });
    const original = new Response("hello");
    vi.stubGlobal("Response", Old);
    const { response } = track(original, attempt());
    expect((response as { bytes?: unknown }).bytes).toBeUndefined();
    expect(Object.hasOwn(response, "bytes")).toBe(false);
    expect(await response.text()).toBe("hello");
  });
});

/** A response with a status that none can be made with. */
function unmakeable(): Response {
  const response = new Response("hello", { headers: { "content-type": "text/html" } });
  return Object.defineProperty(response, "status", { value: 799 });
}

describe("a status that no Response can be made with", () => {
  test("is told all the same, with the headers that reading needs", async () => {
    const { response } = track(unmakeable(), attempt());
    expect([response.status, response.statusText, response.ok]).toEqual([799, "", true]);
    expect((await response.blob()).type).toBe("text/html");
  });

  test("is put on the response, where an ordinary one is inherited", () => {
    expect(Object.hasOwn(track(unmakeable(), attempt()).response, "status")).toBe(true);
    expect(Object.hasOwn(track(new Response("hello"), attempt()).response, "status")).toBe(false);
  });

  test("can't be written, as none of what is no method can", () => {
    const { response } = track(unmakeable(), attempt());
    const isWritable = (name: string): unknown => Object.getOwnPropertyDescriptor(response, name)?.writable;
    expect(["status", "url", "clone"].map(isWritable)).toEqual([false, false, true]);
  });
});
