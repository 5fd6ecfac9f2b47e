import { describe, expect, test } from "vitest";
import { cancelBody, type Cleanup, type Release, releaseBody } from "../../../src/core/body.ts";
import { Alarms } from "../../../src/lib/alarms.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { settled } from "../../support/settled.ts";
import { LogBook } from "../../support/log-book.ts";
import { endless, ScriptedBody } from "../../support/scripted-body.ts";
import { repeated } from "../../support/repeated.ts";

const nothing = (): void => undefined;
const foreign = (body: object): Response =>
  ({ status: 200, headers: new Headers(), bodyUsed: false, body }) as unknown as Response;
const NEVER = (): Promise<void> => new Promise(() => undefined);

interface Released {
  readonly clock: VirtualClock;
  readonly book: LogBook;
  /** What releaseBody() returned. */
  readonly returned: Release | undefined;
  aborts: number;
  isDone: boolean;
}

/** Releases a response, and lets promises settle. */
async function release(
  response: Response,
  drain: Partial<Cleanup["drain"]> = {},
  abort: () => void = nothing,
): Promise<Released> {
  const clock = new VirtualClock({ start: 1000 });
  const book = new LogBook();
  const cleanup = { drain: { bytes: 100, ms: 250, ...drain }, alarms: new Alarms(clock), clock, logger: book };
  const made = { clock, book, aborts: 0, isDone: false };
  const returned = releaseBody(response, cleanup, {
    abortSignal: () => {
      made.aborts++;
      abort();
    },
  });
  const all = Object.assign(made, { returned });
  void returned?.done.then(() => (all.isDone = true));
  await settled();
  return all;
}

const partly = async (response: Response): Promise<Response> => {
  const reader = response.body?.getReader();
  await reader?.read();
  reader?.releaseLock();
  return response;
};

describe("a response with nothing to release", () => {
  test.each([null, undefined])("a body of %o: nothing to wait for, no timer, no abort, no word", async (body) => {
    const made = await release({ status: 200, headers: new Headers(), body } as Response);
    expect([made.returned, made.aborts, made.clock.timers, made.book.debugs]).toEqual([undefined, 0, 0, []]);
  });

  test("an empty body is read to its end", async () => {
    const body = new ScriptedBody([]);
    const made = await release(body.response());
    expect([made.isDone, body.isEnded, body.cancels, made.aborts, made.clock.timers]).toEqual([true, true, [], 0, 0]);
  });
});

describe("the budget of bytes", () => {
  test.each<[readonly number[], boolean, number]>([
    [[100], true, 0],
    [[50, 50], true, 0],
    [[99, 1], true, 0],
    [[101], false, 1],
    [[100, 1], false, 1],
    [[50, 50, 1], false, 1],
  ])("chunks of %j bytes for 100: read to the end %s, %i cancels", async (sizes, isEnded, cancels) => {
    const body = new ScriptedBody(sizes);
    const made = await release(body.response());
    expect([body.isEnded, body.cancels.length]).toEqual([isEnded, cancels]);
    // Not until after the cancel: an abort would lose a connection that a cancel may keep.
    expect([made.isDone, made.aborts, made.clock.timers, made.book.debugs]).toEqual([true, cancels, 0, []]);
  });

  test("an endless body is read until it is over, no further", async () => {
    const body = new ScriptedBody(endless(10));
    await release(body.response());
    expect([body.chunks, body.cancels.length]).toEqual([11, 1]);
  });

  test("an empty chunk counts for a byte", async () => {
    const body = new ScriptedBody(endless(0));
    await release(body.response(), { bytes: 3 });
    expect([body.chunks, body.cancels.length]).toEqual([4, 1]);
  });

  test("chunks that are no bytes count for a byte", async () => {
    let chunks = 0;
    const stream = new ReadableStream(
      {
        pull: (controller) => {
          chunks++;
          controller.enqueue("text");
        },
      },
      { highWaterMark: 0 },
    );
    const made = await release(
      { status: 200, headers: new Headers(), body: stream, bodyUsed: false } as unknown as Response,
      {
        bytes: 3,
      },
    );
    expect([chunks, made.isDone, made.aborts]).toEqual([4, true, 1]);
  });

  test.each([{ bytes: 0 }, { ms: 0 }])("of %j: cancelled unread", async (drain) => {
    const body = new ScriptedBody([1]);
    const made = await release(body.response(), drain);
    expect([body.pulls, body.cancels.length, made.isDone, made.aborts, made.clock.timers]).toEqual([0, 1, true, 1, 0]);
  });

  test.each([
    ["100", 1, 0],
    ["101", 0, 1],
    ["1e3", 0, 1],
    ["0", 1, 0],
    ["", 1, 0],
    ["many", 1, 0],
    ["-200", 1, 0],
  ])("a content-length of %j for 100: %i chunks read, %i cancels", async (length, chunks, cancels) => {
    const body = new ScriptedBody([10]);
    const made = await release(body.response({ headers: { "content-length": length } }));
    expect([body.chunks, body.cancels.length, made.isDone, made.aborts]).toEqual([chunks, cancels, true, cancels]);
  });

  test("a content-length says nothing of what is left once somebody has read", async () => {
    const body = new ScriptedBody([10, 10]);
    await release(await partly(body.response({ headers: { "content-length": "101" } })));
    expect([body.isEnded, body.cancels]).toEqual([true, []]);
  });
});

describe("the budget of time", () => {
  test("a body that stops is cancelled when it is over, and the timer is gone", async () => {
    const body = new ScriptedBody([10], "hang");
    const made = await release(body.response());
    await made.clock.advance(249);
    expect([body.cancels.length, made.isDone, made.clock.timers]).toEqual([0, false, 1]);
    await made.clock.advance(1);
    expect([body.cancels.length, made.isDone, made.aborts, made.clock.timers]).toEqual([1, true, 1, 0]);
  });

  test("a body that ends in time leaves no timer", async () => {
    const made = await release(new ScriptedBody([10]).response());
    expect([made.isDone, made.clock.timers]).toEqual([true, 0]);
  });

  test("a body that fails after it was given up on is logged, and changes nothing", async () => {
    const late = new Error("late");
    let fail: () => void = nothing;
    const stream = new ReadableStream({
      start: (controller) => {
        fail = () => controller.error(late);
      },
      cancel: NEVER,
    });
    const response = { status: 200, headers: new Headers(), body: stream, bodyUsed: false } as unknown as Response;
    const made = await release(response);
    await made.clock.advance(300);
    expect([made.isDone, made.aborts]).toEqual([true, 1]);
    fail();
    await settled();
    expect([made.aborts, made.clock.timers]).toEqual([1, 0]);
  });
});

describe("a cancel", () => {
  test("that does not settle in 50 ms is given up for an abort", async () => {
    const body = new ScriptedBody([], "close", NEVER);
    const made = await release(body.response(), { bytes: 0 });
    await made.clock.advance(49);
    expect([made.isDone, made.aborts, made.clock.timers]).toEqual([false, 0, 1]);
    await made.clock.advance(1);
    expect([made.isDone, made.aborts, made.clock.timers]).toEqual([true, 1, 0]);
  });

  test("that fails is logged, and followed by an abort", async () => {
    const refusal = new Error("refusal");
    const body = new ScriptedBody([101], "close", () => Promise.reject(refusal));
    const made = await release(body.response());
    expect([made.isDone, made.aborts, made.clock.timers]).toEqual([true, 1, 0]);
    expect(made.book.debugs).toEqual([["A body could not be cancelled", refusal]]);
  });

  test("of one branch of a clone is bounded, as it never settles while the other is unread", async () => {
    const response = new ScriptedBody(endless(60)).response();
    response.clone();
    const made = await release(response);
    expect(made.isDone).toBe(false);
    await made.clock.advance(50);
    expect([made.isDone, made.aborts, made.clock.timers]).toEqual([true, 1, 0]);
  });

  test("is followed by an abort, also when it settles: a branch of a clone may say so and hold on", async () => {
    const order: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const body = new ScriptedBody([1], "close", () => promise);
    const made = await release(body.response(), { bytes: 0 }, () => order.push("abort"));
    expect([order, made.isDone]).toEqual([[], false]);
    resolve();
    await settled();
    expect([order, made.isDone, made.clock.timers]).toEqual([["abort"], true, 0]);
    await made.clock.advance(1000);
    expect(order).toEqual(["abort"]);
  });

  test("that settles after it was given up on is followed by no second abort", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const made = await release(new ScriptedBody([1], "close", () => promise).response(), { bytes: 0 });
    await made.clock.advance(50);
    resolve();
    await settled();
    expect([made.aborts, made.isDone]).toEqual([1, true]);
  });
});

describe("a body that fails", () => {
  test("while it is drained is logged", async () => {
    const reset = new Error("reset");
    const made = await release(new ScriptedBody([10], { error: reset }).response());
    expect(made.book.debugs).toEqual([["A body could not be drained", reset]]);
    expect([made.isDone, made.clock.timers]).toEqual([true, 0]);
  });

  const strange = new Error("strange");
  const fail = (): never => {
    throw strange;
  };

  test.each([
    ["its getReader throws", foreign({ locked: false, getReader: fail, cancel: NEVER }), {}],
    ["its cancel throws", foreign({ locked: false, getReader: fail, cancel: fail }), { bytes: 0 }],
    ["its reader's read throws", foreign({ locked: false, getReader: () => ({ read: fail, cancel: fail }) }), {}],
    ["its locked throws", foreign(Object.defineProperty({}, "locked", { get: fail })), {}],
    ["its response's body throws", Object.defineProperty({}, "body", { get: fail }) as Response, {}],
    ["its headers throw", Object.assign(foreign({ locked: false, getReader: fail }), { headers: { get: fail } }), {}],
  ])("because %s is logged and aborted: it never rejects", async (_, response, drain) => {
    const made = await release(response, drain);
    const [[message, error] = []] = made.book.debugs;
    expect(message).toMatch(/^A body could not be (drained|cancelled|released)$/);
    expect(error).toBe(strange);
    expect([made.aborts, made.isDone || made.returned === undefined, made.clock.timers]).toEqual([1, true, 0]);
  });

  test("because its cancel gives no promise is aborted", async () => {
    const made = await release(foreign({ locked: false, getReader: fail, cancel: () => undefined }), { bytes: 0 });
    expect([made.aborts, made.isDone, made.clock.timers]).toEqual([1, true, 0]);
  });
});

describe("a body that is held", () => {
  test("by a reader is aborted at once", async () => {
    const body = new ScriptedBody([10]);
    const response = body.response();
    response.body?.getReader();
    const made = await release(response);
    expect([made.returned, made.aborts, body.pulls, body.cancels]).toEqual([undefined, 1, 0, []]);
  });

  test("that has been read to its end by text() is left alone, where the platform tells", async () => {
    const response = new Response("x");
    await response.text();
    const made = await release(response);
    expect([made.returned, made.aborts, made.clock.timers, made.book.debugs]).toEqual([undefined, 0, 0, []]);
  });

  test("that nobody can tell the end of is aborted: it is harmless after the end", async () => {
    const body = { locked: true, getReader: nothing };
    const made = await release(foreign(body));
    expect([made.returned, made.aborts]).toEqual([undefined, 1]);
  });

  test("that is no stream is aborted", async () => {
    const body = { pipe: () => undefined };
    const made = await release({ status: 200, headers: new Headers(), body } as unknown as Response);
    expect([made.returned, made.aborts]).toEqual([undefined, 1]);
  });
});

describe("a release that is cancelled", () => {
  test("while it drains is done at once: the body is cancelled, the timer is gone", async () => {
    const body = new ScriptedBody([10], "hang", NEVER);
    const made = await release(body.response());
    made.returned?.cancel();
    expect([body.cancels.length, made.clock.timers]).toEqual([1, 0]);
    await settled();
    expect([made.isDone, made.aborts, made.book.debugs]).toEqual([true, 0, []]);
    made.returned?.cancel();
    expect(body.cancels).toHaveLength(1);
  });

  test("while it cancels is done at once, and cancels no second time", async () => {
    const body = new ScriptedBody([10], "hang", NEVER);
    const made = await release(body.response(), { bytes: 0 });
    expect([made.isDone, made.clock.timers]).toEqual([false, 1]);
    made.returned?.cancel();
    await settled();
    expect([made.isDone, made.aborts, body.cancels.length, made.clock.timers]).toEqual([true, 0, 1, 0]);
    expect(made.book.debugs).toEqual([]);
  });

  test("when a piece over the budget has just come sets no timer, and cancels once", async () => {
    const body = new ScriptedBody([10, 101], "hang", NEVER);
    const made = await release(body.response(), { bytes: 50 });
    expect(body.cancels).toHaveLength(1);
    made.returned?.cancel();
    await settled();
    expect([made.isDone, made.aborts, body.cancels.length, made.clock.timers]).toEqual([true, 0, 1, 0]);
  });

  test("logs a cancel that fails, and nothing that comes later", async () => {
    const refusal = new Error("refusal");
    const made = await release(new ScriptedBody([10], "hang", () => Promise.reject(refusal)).response());
    made.returned?.cancel();
    await settled();
    await made.clock.advance(1000);
    expect([made.isDone, made.aborts]).toEqual([true, 0]);
    expect(made.book.debugs).toEqual([["A body could not be cancelled", refusal]]);
  });

  test("after its end changes nothing", async () => {
    const body = new ScriptedBody([10]);
    const made = await release(body.response());
    made.returned?.cancel();
    await settled();
    expect([made.isDone, made.aborts, body.cancels, made.book.debugs]).toEqual([true, 0, [], []]);
  });
});

describe("cancelBody", () => {
  test("cancels the body, without waiting", () => {
    const body = new ScriptedBody([10], "close", NEVER);
    expect(cancelBody(body.response(), new LogBook())).toBeUndefined();
    expect([body.cancels.length, body.pulls]).toEqual([1, 0]);
  });

  test.each([null, undefined])("leaves a body of %o alone", (body) => {
    const book = new LogBook();
    cancelBody({ body } as unknown as Response, book);
    expect(book.debugs).toEqual([]);
  });

  test("leaves alone a body that is locked, or no stream", () => {
    const book = new LogBook();
    const body = new ScriptedBody([10]);
    const response = body.response();
    response.body?.getReader();
    cancelBody(response, book);
    cancelBody({ body: { pipe: () => undefined } } as unknown as Response, book);
    expect([body.cancels, book.debugs]).toEqual([[], []]);
  });

  test("logs a cancel that fails, by rejecting or by throwing", async () => {
    const book = new LogBook();
    const refusal = new Error("refusal");
    cancelBody(new ScriptedBody([10], "close", () => Promise.reject(refusal)).response(), book);
    const throwing = {
      locked: false,
      cancel: () => {
        throw refusal;
      },
    };
    cancelBody({ body: throwing } as unknown as Response, book);
    await settled();
    expect(book.debugs).toEqual(repeated(2, ["A body could not be cancelled", refusal]));
  });
});
