import { describe, expect, test } from "vitest";
import type { Consumer } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { consumed, counted, type Lab, lab, type LabOptions } from "../support/lab.ts";
import { endless, ScriptedBody } from "../support/scripted-body.ts";

/** Lets one task have this response, and goes on until it has finished. */
async function finished(response: Response, consumer?: Consumer, options: LabOptions = {}): Promise<Lab> {
  const made = lab({ workers: 1, ...options });
  made.pool.offer(consumer === undefined ? counted() : consumed(consumer));
  made.handler.call(0).respond(response);
  await made.pool.onIdle();
  return made;
}

const isCut = ({ handler }: Lab): boolean => handler.call(0).init.signal.aborted;

test.each([
  new Response(null),
  new Response(null, { status: 204 }),
  { status: 200, headers: new Headers() } as Response,
  { status: 200, headers: new Headers(), body: undefined } as unknown as Response,
])("1. no body → nothing to do", async (response) => {
  const made = await finished(response);
  expect([isCut(made), made.clock.timers, made.book.debugs, made.log.lines.at(-1)]).toEqual([
    false,
    0,
    [],
    "finish 1 ok",
  ]);
});

describe("2. a content-length over the budget", () => {
  test.each([
    ["65537", 0, 1],
    ["65536", 1, 0],
    ["0", 1, 0],
    ["many", 1, 0],
    ["-1", 1, 0],
  ])("of %s: %i chunks read, %i cancels", async (length, chunks, cancels) => {
    const body = new ScriptedBody([10]);
    const response = body.response({ headers: { "content-length": length } });
    await finished(response);
    expect([body.chunks, body.cancels.length]).toEqual([chunks, cancels]);
  });

  test("counts what is left: a partly read body is drained", async () => {
    const body = new ScriptedBody([10]);
    const response = body.response({ headers: { "content-length": "70000" } });
    await finished(response, async (given) => {
      const reader = given.body?.getReader();
      await reader?.read();
      reader?.releaseLock();
    });
    expect([body.isEnded, body.cancels]).toEqual([true, []]);
  });
});

describe("3. an unread body", () => {
  test.each([
    [[100], true, 0],
    [[99, 1], true, 0],
    [[100, 1], false, 1],
    [[101], false, 1],
    [[], true, 0],
  ])("of chunks of %j bytes with a budget of 100: read to the end %s, %i cancels", async (sizes, isEnded, cancels) => {
    const body = new ScriptedBody(sizes);
    const made = await finished(body.response(), undefined, { drain: { bytes: 100 } });
    expect([body.isEnded, body.cancels.length, isCut(made)]).toEqual([isEnded, cancels, !isEnded]);
    expect(made.clock.timers).toBe(0);
  });

  test("that is partly read and not locked is drained", async () => {
    const body = new ScriptedBody([10, 10, 10]);
    await finished(body.response(), async (response) => {
      const reader = response.body?.getReader();
      await reader?.read();
      reader?.releaseLock();
    });
    expect(body.isEnded).toBe(true);
  });

  test.each([{ bytes: 0 }, { ms: 0 }, { bytes: -1 }, { ms: -1 }])(
    "with a budget of %j is cancelled unread",
    async (drain) => {
      const body = new ScriptedBody([10]);
      await finished(body.response(), undefined, { drain });
      expect([body.chunks, body.cancels.length]).toEqual([0, 1]);
    },
  );

  test("without an end is over the budget even when its chunks are empty", async () => {
    const body = new ScriptedBody(endless(0));
    await finished(body.response(), undefined, { drain: { bytes: 5 } });
    expect([body.chunks, body.cancels.length]).toEqual([6, 1]);
  });

  test("that fails: logged, `finish` without error", async () => {
    const reset = new Error("reset");
    const made = await finished(new ScriptedBody([10], { error: reset }).response());
    expect(made.log.finish(1).ok).toBe(true);
    expect(made.book.debugs.flat()).toContain(reset);
  });

  test("whose cancel fails is aborted through our signal: logged, `finish` without error", async () => {
    const refusal = new Error("cancel");
    const body = new ScriptedBody([200], "close", () => Promise.reject(refusal));
    const made = await finished(body.response(), undefined, { drain: { bytes: 100 } });
    expect([made.log.finish(1).ok, isCut(made)]).toEqual([true, true]);
    expect(made.book.debugs.flat()).toContain(refusal);
  });
});

describe("4. a body held by someone", () => {
  test("locked by the consumer → aborted through our signal, before `finish`", async () => {
    const body = new ScriptedBody([10], "hang");
    let isCutAtFinish: boolean | undefined;
    const made = lab();
    made.pool.on("finish", () => (isCutAtFinish = isCut(made)));
    made.pool.offer(consumed((response) => void response.body?.getReader()));
    const { signal } = made.handler.call(0).init;
    made.handler.call(0).respond(body.response());
    await made.pool.onIdle();
    expect(isCutAtFinish).toBe(true);
    expect(signal.reason).toBeInstanceOf(DOMException);
    expect(signal.reason).toMatchObject({ name: "AbortError", message: "The response was released" });
    expect(made.log.finish(1).ok).toBe(true);
  });

  test("read by text() → `finish` without error, nothing is waited for", async () => {
    const made = await finished(new Response("x"), (response) => response.text());
    expect([made.log.finish(1).ok, made.clock.timers, made.book.debugs]).toEqual([true, 0, []]);
  });

  test("whose cancel does not settle → aborted after its bound: clean-up never hangs", async () => {
    const made = lab({ workers: 1, drain: { bytes: 0 } });
    made.pool.offer(counted());
    made.handler.call(0).respond(new ScriptedBody([10], "close", () => new Promise(() => undefined)).response());
    await made.clock.advance(100);
    expect([made.log.lines.at(-1), isCut(made), made.clock.timers]).toEqual(["finish 1 ok", true, 0]);
  });

  test.each([
    ["neither branch", (): undefined => undefined],
    ["one branch", async (clone: Response): Promise<unknown> => clone.text()],
  ])("cloned, with %s read → free within the bounds", async (_, use) => {
    const made = lab({ workers: 1 });
    const body = new ScriptedBody([10, 10], "hang");
    made.pool.offer(
      consumed((response) => {
        const clone = response.clone();
        void Promise.resolve(use(clone)).catch(() => undefined);
      }),
    );
    made.handler.call(0).respond(body.response({ headers: { "content-length": "70000" } }));
    await made.clock.advance(300);
    expect([made.log.lines.at(-1), made.pool.running]).toEqual(["finish 1 ok", 0]);
    expect(isCut(made)).toBe(true);
    await settled();
  });

  test("that is no stream, like that of other packages → aborted", async () => {
    const response = { status: 200, headers: new Headers(), body: { pipe: () => undefined } } as unknown as Response;
    const made = await finished(response);
    expect([isCut(made), made.log.finish(1).ok]).toEqual([true, true]);
  });

  test("that throws when looked at → logged, aborted, `finish` without error", async () => {
    const strange = new Error("strange");
    const response = Object.defineProperty({ status: 200, headers: {} }, "body", {
      get: () => {
        throw strange;
      },
    }) as unknown as Response;
    const made = await finished(response);
    expect([isCut(made), made.log.finish(1).ok, made.book.debugs.flat().includes(strange)]).toEqual([true, true, true]);
  });
});

test("nothing long-lived is passed to the handler: each attempt has a signal of its own", async () => {
  const { pool, handler } = lab({ workers: 1 });
  const caller = new AbortController();
  for (let i = 0; i < 3; i++) pool.offer(counted(), { signal: caller.signal });
  for (let i = 0; i < 3; i++) {
    handler.call(i).respond();
    await settled();
  }
  const signals = handler.calls.map(({ init }) => init.signal);
  expect(new Set([...signals, caller.signal]).size).toBe(4);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
});
