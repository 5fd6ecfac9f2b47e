import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type BreakerEvent, breakerHandler, type BreakerOptions, CircuitOpenError } from "../../../src/breaker.ts";
import { TransactionTimeoutError } from "../../../src/api/errors.ts";
import { Client, fetchHandler, type Handler, isCircuitOpenError } from "../../../src/lean.ts";
import { breakerLab, HOST, URL_OF_HOST } from "../../support/breaker-lab.ts";
import { VirtualClock } from "../../../src/lab.ts";
import { settled } from "../../support/settled.ts";
import { listenerCount } from "../../support/listener-count.ts";
import { ScriptedHandler } from "../../support/scripted-handler.ts";

const throwing = (): never => {
  throw new Error("broken");
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("as a handler", () => {
  test("hands request and init on as they are", async () => {
    const seen: unknown[] = [];
    const breaker = breakerHandler<undefined>({ delegate: (...args) => Promise.resolve(void seen.push(...args)) });
    const init = { signal: new AbortController().signal };
    const request = new Request(URL_OF_HOST);
    expect(await breaker(request, init)).toBeUndefined();
    expect(seen).toEqual([request, init]);
    expect(seen[1]).toBe(init);
  });

  test.each([null, undefined])("passes an answer of %s on, as a success", async (answer) => {
    const { breaker, handler, failing } = breakerLab();
    await failing();
    const sending = breaker(URL_OF_HOST);
    handler.call(-1).respondWith(answer);
    expect(await sending).toBe(answer);
    expect(breaker.states().get(HOST)?.failures).toBe(0);
  });

  test("takes thenables", async () => {
    const response = new Response("x");
    const thenable: PromiseLike<Response> = Object.create(null, {
      // oxlint-disable-next-line unicorn/no-thenable -- what the test is about
      then: { value: (resolve: (value: Response) => unknown) => resolve(response) },
    });
    const breaker = breakerHandler({ delegate: () => thenable });
    expect(await breaker(URL_OF_HOST)).toBe(response);
  });

  test("passes through what goes to no host", async () => {
    const { failing, breaker, handler } = breakerLab({ threshold: 1 });
    await failing("data:text/plain,x");
    await failing("data:text/plain,x");
    expect(handler.calls).toHaveLength(2);
    expect(breaker.states().size).toBe(0);
  });

  test("leaves who is named in a URL out of the key", async () => {
    const { breaker, handler } = breakerLab();
    const foreign = { url: "https://user:secret@example.com/", method: "GET", headers: new Headers() } as Request;
    const sending = breaker(foreign, { signal: new AbortController().signal });
    handler.call(0).fail(new TypeError("fetch failed"));
    await expect(sending).rejects.toThrow();
    expect([...breaker.states().keys()]).toEqual([HOST]);
  });

  test("of a pool that is closed shows nothing about the host", async () => {
    const pool = new Client({ handler: new ScriptedHandler().handle }).start();
    await pool.close();
    const breaker = breakerHandler({ delegate: pool.fetch, threshold: 1 });
    await expect(breaker(URL_OF_HOST)).rejects.toMatchObject({ code: "ERR_DISPATCHER_CLOSED" });
    expect(breaker.states().size).toBe(0);
  });

  test("around another breaker does not count what that one refused", async () => {
    const inner = breakerLab({ threshold: 1 });
    await inner.trip();
    const outer = breakerHandler<Response | null | undefined>({ delegate: inner.breaker, threshold: 1 });
    await expect(outer(URL_OF_HOST)).rejects.toBeInstanceOf(CircuitOpenError);
    expect(outer.states().size).toBe(0);
  });
});

describe("as plain fetch", () => {
  test.each([
    ["a string", URL_OF_HOST],
    ["a URL", new URL(URL_OF_HOST)],
  ])("takes %s and an init", async (_, input) => {
    const { breaker, handler } = breakerLab();
    void breaker(input, { method: "POST", body: "hello" });
    const { request } = handler.call(0);
    expect(request).toMatchObject({ url: URL_OF_HOST, method: "POST" });
    expect(await request.text()).toBe("hello");
  });

  test("takes a Request, whose own signal counts when no other is given", async () => {
    const { breaker, handler } = breakerLab();
    const controller = new AbortController();
    const request = new Request(URL_OF_HOST, { signal: controller.signal });
    const sending = breaker(request);
    expect(handler.call(0).request).toBe(request);
    controller.abort(new Error("stop"));
    await expect(sending).rejects.toThrow("stop");
    expect(breaker.states().size).toBe(0);
  });

  test("takes an init of null for none", () => {
    const { breaker, handler } = breakerLab();
    const request = new Request(URL_OF_HOST);
    void breaker(request, null as never);
    void breaker(URL_OF_HOST, null as never);
    expect(handler.call(0).request).toBe(request);
    expect(handler.calls).toHaveLength(2);
  });

  test("applies an init to a Request", () => {
    const { breaker, handler } = breakerLab();
    void breaker(new Request(URL_OF_HOST), { method: "PUT" });
    expect(handler.call(0).request.method).toBe("PUT");
  });

  test.each([
    ["beside its signal", { signal: new AbortController().signal, method: "PUT" }],
    ["inherited", Object.create({ method: "PUT" }, { signal: { value: new AbortController().signal } }) as RequestInit],
  ])("applies an init to a Request, %s", (_, init) => {
    const { breaker, handler } = breakerLab();
    void breaker(new Request(URL_OF_HOST), init);
    expect(handler.call(0).request.method).toBe("PUT");
  });

  test("takes an init that is a Request", () => {
    const { breaker, handler } = breakerLab();
    void breaker(new Request(URL_OF_HOST), new Request(URL_OF_HOST, { method: "DELETE" }));
    expect(handler.call(0).request.method).toBe("DELETE");
  });

  test("takes a signal beside other things", async () => {
    const { breaker, state } = breakerLab({ threshold: 1 });
    const controller = new AbortController();
    const sending = breaker(URL_OF_HOST, { method: "POST", signal: controller.signal });
    controller.abort(new Error("stop"));
    await expect(sending).rejects.toThrow("stop");
    expect(state()).toBeUndefined();
  });

  test("takes a signal of null for none", async () => {
    const deaf = new ScriptedHandler("deaf");
    const breaker = breakerHandler({ delegate: deaf.handle, threshold: 1 });
    const controller = new AbortController();
    const sending = breaker(new Request(URL_OF_HOST, { signal: controller.signal }), { signal: null });
    controller.abort();
    deaf.call(0).fail(new TypeError("fetch failed"));
    await expect(sending).rejects.toThrow("fetch failed");
    expect(breaker.states().get(HOST)?.state).toBe("open");
  });

  test("takes an init with a signal of undefined for one without", async () => {
    const deaf = new ScriptedHandler("deaf");
    const breaker = breakerHandler({ delegate: deaf.handle, threshold: 1 });
    const controller = new AbortController();
    const init = { signal: undefined } as unknown as RequestInit;
    const sending = breaker(new Request(URL_OF_HOST, { signal: controller.signal }), init);
    controller.abort(new Error("stop"));
    deaf.call(0).fail(new TypeError("fetch failed"));
    await expect(sending).rejects.toThrow("fetch failed");
    expect(breaker.states().size).toBe(0);
  });

  test("rejects for what fetch rejects, and never throws", async () => {
    const { breaker, handler } = breakerLab();
    await expect(breaker("no url")).rejects.toBeInstanceOf(TypeError);
    expect(handler.calls).toHaveLength(0);
  });

  test("sends with the platform's fetch, looked up at each request, when there is no delegate", async () => {
    const breaker = breakerHandler();
    const response = new Response("mocked");
    const mock = vi.fn(() => Promise.resolve(response));
    vi.stubGlobal("fetch", mock);
    const request = new Request(URL_OF_HOST);
    expect(await breaker(request)).toBe(response);
    expect(mock).toHaveBeenCalledExactlyOnceWith(request, { signal: request.signal });
  });

  test("put in the place of the platform's fetch, it does not call itself", async () => {
    const breaker = breakerHandler();
    vi.stubGlobal("fetch", breaker);
    const response = await breaker("data:text/plain,hello");
    expect(await response.text()).toBe("hello");
    const inner = await fetchHandler(new Request("data:text/plain,again"), { signal: new AbortController().signal });
    expect(await inner?.text()).toBe("again");
  });

  test("put there with a delegate, it is what pools send with", async () => {
    const { breaker, handler } = breakerLab();
    vi.stubGlobal("fetch", breaker);
    void fetchHandler(new Request(URL_OF_HOST), { signal: new AbortController().signal });
    expect(handler.calls).toHaveLength(1);
  });
});

describe("a body used before", () => {
  test("is a TypeError that never trips, and nothing is sent", async () => {
    const { breaker, handler } = breakerLab({ threshold: 1 });
    const request = new Request(URL_OF_HOST, { method: "POST", body: "x" });
    await request.text();
    await expect(breaker(request)).rejects.toBeInstanceOf(TypeError);
    expect(handler.calls).toHaveLength(0);
    expect(breaker.states().size).toBe(0);
  });

  test("that was used and let go is one too", async () => {
    const { breaker, handler } = breakerLab({ threshold: 1 });
    const request = new Request(URL_OF_HOST, { method: "POST", body: "x" });
    const reader = request.body?.getReader();
    await reader?.read();
    reader?.releaseLock();
    await expect(breaker(request)).rejects.toThrow("has been used already");
    expect(handler.calls).toHaveLength(0);
  });

  test("that is locked is one too", async () => {
    const { breaker, handler } = breakerLab({ threshold: 1 });
    const request = new Request(URL_OF_HOST, { method: "POST", body: "x" });
    request.body?.getReader();
    await expect(breaker(request)).rejects.toBeInstanceOf(TypeError);
    expect(handler.calls).toHaveLength(0);
  });

  test("does not use up the probe", async () => {
    const { breaker, trip, clock, state } = breakerLab();
    await trip();
    await clock.advance(500);
    const request = new Request(URL_OF_HOST, { method: "POST", body: "x" });
    await request.text();
    await expect(breaker(request)).rejects.toBeInstanceOf(TypeError);
    expect(state()).toBe("open");
  });
});

describe("what comes late", () => {
  test("a failure of before the circuit opened puts no probe off", async () => {
    const { breaker, handler, failing, clock } = breakerLab();
    const sending = breaker(URL_OF_HOST);
    await failing();
    await failing();
    await clock.advance(300);
    handler.call(0).fail(new TypeError("fetch failed"));
    await expect(sending).rejects.toThrow();
    expect(breaker.states().get(HOST)).toEqual({ state: "open", failures: 2, retryAfterMs: 200 });
  });

  test("a success of before the circuit opened does not close it", async () => {
    const { breaker, handler, trip, state } = breakerLab();
    const sending = breaker(URL_OF_HOST);
    await trip();
    handler.call(0).respond();
    await sending;
    expect(state()).toBe("open");
  });

  test("failures of before the circuit opened don't count once it is closed again", async () => {
    const { breaker, handler, trip, clock, answering } = breakerLab();
    const early = [breaker(URL_OF_HOST), breaker(URL_OF_HOST), breaker(URL_OF_HOST)];
    await trip();
    await clock.advance(500);
    await answering();
    for (const call of handler.calls.slice(0, 3)) call.fail(new TypeError("fetch failed"));
    await Promise.allSettled(early);
    expect(breaker.states().get(HOST)).toMatchObject({ state: "closed", failures: 0 });
  });

  test("a probe that was given up and then succeeds closes the circuit", async () => {
    const { trip, clock, handler, breaker, state, events } = breakerLab();
    await trip();
    await clock.advance(500);
    const probe = breaker(URL_OF_HOST);
    await clock.advance(70_000);
    expect(state()).toBe("open");
    handler.call(-1).respond();
    expect(await probe).toBeInstanceOf(Response);
    expect(state()).toBe("closed");
    expect(events.map(({ type }) => type)).toEqual(["tripped", "half-open", "tripped", "reset"]);
  });

  test("a probe that was given up and then fails decides nothing about the next", async () => {
    const { trip, clock, handler, breaker, isLetThrough, state, events } = breakerLab();
    await trip();
    await clock.advance(500);
    const probe = breaker(URL_OF_HOST);
    const first = handler.call(-1);
    await clock.advance(70_000);
    expect(await isLetThrough()).toBe(true);
    first.fail(new TypeError("fetch failed"));
    await expect(probe).rejects.toThrow();
    expect(state()).toBe("half-open");
    expect(events.map(({ type }) => type)).toEqual(["tripped", "half-open", "tripped", "half-open"]);
  });

  test("a probe that was given up and then fails does not count against a circuit that another has closed", async () => {
    const { trip, clock, handler, breaker, answering } = breakerLab();
    await trip();
    await clock.advance(500);
    const probe = breaker(URL_OF_HOST);
    const first = handler.call(-1);
    await clock.advance(70_000);
    await answering();
    first.fail(new TypeError("fetch failed"));
    await expect(probe).rejects.toThrow();
    expect(breaker.states().get(HOST)).toMatchObject({ state: "closed", failures: 0 });
  });

  test("a probe that was given up and then succeeds makes the next one under way an ordinary request", async () => {
    const { trip, clock, handler, breaker, isLetThrough, state } = breakerLab();
    await trip();
    await clock.advance(500);
    const probe = breaker(URL_OF_HOST);
    const first = handler.call(-1);
    await clock.advance(70_000);
    expect(await isLetThrough()).toBe(true);
    first.respond();
    await probe;
    await trip();
    expect(state()).toBe("open");
    await clock.advance(500);
    expect(await isLetThrough()).toBe(true);
  });

  test("a response after the pool's timeout is a failure", async () => {
    const { breaker, handler, state } = breakerLab({ threshold: 1, manners: "deaf" });
    const controller = new AbortController();
    const sending = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
    controller.abort(new TransactionTimeoutError(100));
    handler.call(0).respond();
    await sending;
    expect(state()).toBe("open");
  });

  test("a response after the caller's abort decides nothing", async () => {
    const { breaker, handler, failing } = breakerLab({ manners: "deaf" });
    await failing();
    const controller = new AbortController();
    const sending = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
    controller.abort();
    handler.call(-1).respond();
    await sending;
    expect(breaker.states().get(HOST)?.failures).toBe(1);
  });

  test("what a host shows that was forgotten meanwhile starts from nothing", async () => {
    const { breaker, handler, failing } = breakerLab({ maxHosts: 1, threshold: 3 });
    await failing();
    const sending = breaker(URL_OF_HOST);
    const call = handler.call(-1);
    await failing("https://other.example/");
    call.fail(new TypeError("fetch failed"));
    await expect(sending).rejects.toThrow();
    expect(Object.fromEntries(breaker.states())).toEqual({ [HOST]: { state: "closed", failures: 1, retryAfterMs: 0 } });
  });

  test("a probe of a circuit that was forgotten closes nothing", async () => {
    const { breaker, handler, trip, clock, events } = breakerLab({ maxHosts: 1 });
    await trip();
    await clock.advance(500);
    const probe = breaker(URL_OF_HOST);
    const call = handler.call(-1);
    await trip("https://other.example/");
    call.respond();
    await probe;
    expect(events.map(({ type }) => type)).toEqual(["tripped", "half-open", "tripped"]);
  });

  test("a body that can't be cancelled harms nobody", async () => {
    const { breaker, handler, clock, book } = breakerLab({ timeout: 100, manners: "deaf" });
    const rejection = expect(breaker(URL_OF_HOST)).rejects.toThrow();
    await clock.advance(100);
    await rejection;
    const response = new Response("x");
    response.body?.getReader();
    handler.call(0).respond(response);
    await settled();
    expect(book.debugs).toEqual([["A late body could not be cancelled", expect.any(TypeError)]]);
  });

  test("an error after the timeout is swallowed", async () => {
    const { breaker, handler, clock, failing, state } = breakerLab({ timeout: 100, manners: "deaf" });
    const rejection = expect(breaker(URL_OF_HOST)).rejects.toThrow();
    await clock.advance(100);
    await rejection;
    handler.call(0).fail(new TypeError("fetch failed"));
    await settled();
    expect(state()).toBe("closed");
    await failing();
    expect(state()).toBe("open");
  });
});

describe("the caller's signal", () => {
  test("reaches the delegate with its reason, timeout or not", async () => {
    const { breaker, handler, clock } = breakerLab({ timeout: 100 });
    const controller = new AbortController();
    const reason = new Error("never mind");
    const sending = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
    controller.abort(reason);
    await expect(sending).rejects.toBe(reason);
    expect(handler.call(0).init.signal.reason).toBe(reason);
    expect(listenerCount(controller.signal)).toBe(0);
    expect(clock.timers).toBe(0);
    expect(breaker.states().size).toBe(0);
  });

  test("reaches a body that is still read", async () => {
    const { breaker, handler } = breakerLab({ timeout: 100 });
    const controller = new AbortController();
    const sending = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
    handler.call(0).respond(new Response(new ReadableStream()));
    const response = await sending;
    controller.abort();
    expect(response?.body).toBeDefined();
    expect(handler.call(0).init.signal.aborted).toBe(true);
  });

  test("that has aborted already does not count, and the request is aborted too", async () => {
    const handler = new ScriptedHandler("deaf");
    const breaker = breakerHandler({
      delegate: handler.handle,
      timeout: 100,
      threshold: 1,
      clock: new VirtualClock({ start: 1000 }),
    });
    const sending = breaker(new Request(URL_OF_HOST), { signal: AbortSignal.abort(new Error("stop")) });
    const { signal } = handler.call(0).init;
    expect(signal.aborted).toBe(true);
    handler.call(0).fail(signal.reason);
    await expect(sending).rejects.toThrow("stop");
    expect(breaker.states().size).toBe(0);
  });

  test.each([
    ["answered without a body", new Response(null)],
    ["failed", new TypeError("fetch failed")],
  ])("keeps no listener when the request was %s", async (_, outcome) => {
    const { breaker, handler } = breakerLab({ timeout: 100 });
    const { signal } = new AbortController();
    const sending = breaker(new Request(URL_OF_HOST), { signal });
    const before = listenerCount(signal);
    if (outcome instanceof Response) handler.call(0).respond(outcome);
    else handler.call(0).fail(outcome);
    await Promise.allSettled([sending]);
    expect([before, listenerCount(signal)]).toEqual([1, 0]);
  });

  test("keeps no listener after the timeout", async () => {
    const { breaker, clock } = breakerLab({ timeout: 100, manners: "deaf" });
    const { signal } = new AbortController();
    const late = breaker(new Request("https://other.example/"), { signal });
    const rejection = expect(late).rejects.toThrow();
    await clock.advance(100);
    await rejection;
    expect(listenerCount(signal)).toBe(0);
  });

  test.each([0, 10_000])("keeps neither listener nor timer after a probe with a timeout of %s", async (timeout) => {
    const { breaker, clock, trip, handler } = breakerLab({ timeout });
    const { signal } = new AbortController();
    await trip();
    await clock.advance(500);
    const probe = breaker(new Request(URL_OF_HOST), { signal });
    // The scripted handler listens too, to the signal that it is given.
    expect(listenerCount(signal)).toBeGreaterThan(0);
    const listening = timeout === 0 ? 1 : 0;
    handler.call(-1).respond(new Response(null));
    await probe;
    expect([listenerCount(signal), clock.timers]).toEqual([listening, 0]);
  });

  test("of many requests is left by those whose bodies are garbage, but for the first", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const handed: WeakRef<AbortSignal>[] = [];
    const delegate: Handler = (_, { signal }) => {
      handed.push(new WeakRef(signal));
      return Promise.resolve(new Response("x"));
    };
    const breaker = breakerHandler({ timeout: 10_000, delegate });
    const { signal } = new AbortController();
    for (let i = 0; i < 10; i++) await breaker(new Request(URL_OF_HOST), { signal });
    await vi.waitFor(() => {
      collect();
      expect(handed.filter((reference) => reference.deref() !== undefined).length).toBeLessThanOrEqual(1);
    });
    expect(listenerCount(signal)).toBe(1);
  });

  test.each([0, 10_000])(
    "that ends a probe with a timeout of %s lets the next go at once, also when the delegate is deaf",
    async (timeout) => {
      const { breaker, clock, trip, isLetThrough, handler, state } = breakerLab({ manners: "deaf", timeout });
      await trip();
      await clock.advance(500);
      const controller = new AbortController();
      const probe = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
      const first = handler.call(-1);
      controller.abort();
      expect(await isLetThrough()).toBe(true);
      first.respond();
      await probe;
      expect(state()).toBe("half-open");
    },
  );
});

describe("events and states", () => {
  test("tell every change, in frozen objects", async () => {
    const { trip, clock, answering, events } = breakerLab();
    await trip();
    await clock.advance(500);
    await answering();
    expect(events).toEqual([
      { type: "tripped", host: HOST, failures: 2, retryAfterMs: 500 },
      { type: "half-open", host: HOST },
      { type: "reset", host: HOST },
    ]);
    expect(events.every((event) => Object.isFrozen(event))).toBe(true);
  });

  test("are told when all is done: a listener sees the new state", async () => {
    const seen: (string | undefined)[] = [];
    const { trip, clock, answering, breaker } = breakerLab({
      onEvent: ({ host }) => seen.push(breaker.states().get(host)?.state),
    });
    await trip();
    await clock.advance(500);
    await answering();
    expect(seen).toEqual(["open", "half-open", "closed"]);
  });

  test("go to the log too: an error when a circuit opens, details else", async () => {
    const { trip, clock, answering, book } = breakerLab();
    await trip();
    await clock.advance(500);
    await answering();
    expect(book.errors).toEqual([["The circuit to example.com:443 opened for 500 ms after 2 failures in a row"]]);
    expect(book.debugs).toEqual([
      ["The circuit to example.com:443 is half-open: one request tries the host"],
      ["The circuit to example.com:443 closed"],
    ]);
  });

  test("are copies", async () => {
    const { trip, breaker, failing } = breakerLab();
    await trip();
    (breaker.states() as Map<string, unknown>).clear();
    expect(await failing()).toBeInstanceOf(CircuitOpenError);
  });

  test.each<[string, BreakerOptions["onEvent"]]>([
    ["throws", throwing],
    ["rejects", async () => throwing()],
  ])("go on when onEvent %s: that is logged", async (_, onEvent) => {
    const { failing, state, book } = breakerLab({ threshold: 1, onEvent });
    expect(await failing(URL_OF_HOST, "down")).toBe("down");
    expect(state()).toBe("open");
    await settled();
    expect(book.errors.at(-1)).toEqual(["`onEvent` failed", new Error("broken")]);
  });

  test("go on when tripOn throws: the response is a success, and that is logged", async () => {
    const { answering, breaker, failing, book } = breakerLab({ tripOn: throwing });
    await failing();
    expect(await answering()).toBeInstanceOf(Response);
    expect(breaker.states().get(HOST)?.failures).toBe(0);
    expect(book.errors).toEqual([["`tripOn` failed", new Error("broken")]]);
  });

  test("go on when the logger throws or rejects", async () => {
    const logger = { debug: throwing, error: async () => throwing() };
    const { trip, clock, answering } = breakerLab({ logger });
    await trip();
    await clock.advance(500);
    expect(await answering()).toBeInstanceOf(Response);
    await settled();
  });

  test("tripOn is not asked about an answer that is nothing, and must say true", async () => {
    const tripOn = vi.fn(() => Promise.resolve(true) as unknown as boolean);
    const { breaker, handler, answering } = breakerLab({ threshold: 1, tripOn });
    const sending = breaker(URL_OF_HOST);
    handler.call(0).respond(null);
    await sending;
    expect(tripOn).not.toHaveBeenCalled();
    await answering();
    expect(breaker.states().size).toBe(0);
  });
});

describe("the error", () => {
  test("says how long, and for whom, and is known by its code", async () => {
    const { trip, breaker, clock, isLetThrough } = breakerLab();
    await trip();
    await clock.advance(0.5);
    const error: unknown = await breaker(`${URL_OF_HOST}secret?token=1`).catch((reason: unknown) => reason);
    expect(isCircuitOpenError(error)).toBe(true);
    expect(error).toMatchObject({
      name: "CircuitOpenError",
      code: "ERR_CIRCUIT_OPEN",
      message: "The circuit to example.com:443 is open: the next probe may be sent in 500 ms",
      retryAfterMs: 499.5,
    });
    await clock.advance(500);
    await isLetThrough();
    await expect(breaker(URL_OF_HOST)).rejects.toThrow("is open: the next probe is under way");
  });
});

describe("options", () => {
  const wrong: Record<string, readonly unknown[]> = {
    delegate: ["fetch", null, {}],
    timeout: [Number.NaN, Number.POSITIVE_INFINITY, "5", null],
    threshold: [Number.NaN, 1.5, -1, "5", null, Number.POSITIVE_INFINITY],
    tripOn: [true, null, {}],
    isFailure: [true, null, {}],
    maxHosts: [Number.NaN, 1.5, "256", null],
    logger: [null, {}, { debug() {} }],
    onEvent: [null, {}, "x"],
    clock: [null, {}, { now() {} }],
    random: [0.5, null],
  };
  const cases = Object.entries(wrong).flatMap(([name, values]) => values.map((value) => [name, value] as const));

  test.each(cases)("%s of %s is a TypeError that names it", (name, value) => {
    const make = (): unknown => breakerHandler({ [name]: value });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`Expected \`${name}\` to be `);
  });

  test.each([null, 5, "options"])("%s instead of them is a TypeError", (options) => {
    expect(() => breakerHandler(options as never)).toThrow("Expected `options` to be an object, got ");
  });

  test("all of undefined are as none", () => {
    const names = Object.keys(wrong).map((name) => [name, undefined]);
    expect(() => breakerHandler(Object.fromEntries(names) as BreakerOptions)).not.toThrow();
  });

  test.each([0, -1])("a timeout of %s is none", async (timeout) => {
    const { breaker, clock } = breakerLab({ timeout });
    void breaker(URL_OF_HOST);
    await settled();
    expect(clock.timers).toBe(0);
  });

  test.each([0, -5])("maxHosts of %s is 256", async (maxHosts) => {
    const { failing, breaker } = breakerLab({ maxHosts });
    await failing("https://a.example/");
    await failing("https://b.example/");
    expect(breaker.states().size).toBe(2);
  });

  test("a timeout too long for the platform's timers is slept in steps", async () => {
    const timeout = 2 ** 31 + 1000;
    const { breaker, clock } = breakerLab({ timeout });
    let rejected = false;
    breaker(URL_OF_HOST).catch(() => (rejected = true));
    await clock.advance(2 ** 31);
    expect(rejected).toBe(false);
    await clock.advance(1000);
    expect(rejected).toBe(true);
  });

  test("that a polluted prototype brings are ignored", async () => {
    const polluted = { threshold: 1, timeout: 1, maxHosts: 1, onEvent: vi.fn<(event: BreakerEvent) => void>() };
    Object.assign(Object.prototype, polluted);
    try {
      const handler = new ScriptedHandler();
      const breaker = breakerHandler({ delegate: handler.handle });
      const sending = breaker(new Request(URL_OF_HOST), { signal: new AbortController().signal });
      handler.call(0).fail(new TypeError("fetch failed"));
      await expect(sending).rejects.toThrow("fetch failed");
      expect(breaker.states().get(HOST)?.state).toBe("closed");
      expect(polluted.onEvent).not.toHaveBeenCalled();
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  test("making a breaker starts no timer and asks for no controller, random number, time or fetch", () => {
    for (const name of ["setTimeout", "AbortController", "fetch"]) vi.stubGlobal(name, throwing);
    const random = vi.spyOn(Math, "random");
    const clock = { now: vi.fn(throwing), setTimeout: vi.fn(throwing), clearTimeout: vi.fn(throwing) };
    breakerHandler({ timeout: 5 });
    breakerHandler({ timeout: 5, clock }).states();
    expect(random).not.toHaveBeenCalled();
    expect(clock.now).not.toHaveBeenCalled();
  });

  test("the default jitter is Math.random's", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { trip, breaker } = breakerLab({ random: undefined });
    await trip();
    expect(breaker.states().get(HOST)?.retryAfterMs).toBe(250);
  });

  test("without a logger or a listener it trips in silence", async () => {
    const handler: Handler = breakerHandler({ threshold: 1, delegate: () => Promise.reject(new TypeError("down")) });
    await expect(handler(new Request(URL_OF_HOST), new AbortController())).rejects.toThrow("down");
    await expect(handler(new Request(URL_OF_HOST), new AbortController())).rejects.toBeInstanceOf(CircuitOpenError);
  });
});

test("a request of another package is sent as the platform's own, and is no failure of its host", async () => {
  const mock = vi.fn<typeof fetch>(() => Promise.resolve(new Response("x")));
  vi.stubGlobal("fetch", mock);
  const breaker = breakerHandler({ threshold: 1 });
  const foreign = { url: URL_OF_HOST, method: "PUT", headers: {}, bodyUsed: false } as unknown as Request;
  await breaker(foreign, { signal: new AbortController().signal });
  await breaker(foreign, { signal: new AbortController().signal, headers: { "x-a": "1" } });
  const sent = mock.mock.calls.map(([input]) => input as Request);
  expect(sent.map(({ url, method, headers }) => [url, method, headers.get("x-a")])).toEqual([
    [URL_OF_HOST, "PUT", null],
    [URL_OF_HOST, "PUT", "1"],
  ]);
  expect(breaker.states().size).toBe(0);
});

test.each([
  ["throws", () => expect.fail("no number")],
  ["gives NaN", () => Number.NaN],
  ["gives less than 0", () => -5],
  ["gives more than 1", () => 1e9],
])("a `random` that %s is logged, and the circuit opens without jitter", async (_, random) => {
  const failure = new Error("down");
  const lines: unknown[] = [];
  const logger = { debug: () => undefined, error: (...args: unknown[]) => void lines.push(args[0]) };
  const breaker = breakerHandler({ threshold: 1, random, logger, delegate: () => Promise.reject(failure) });
  await expect(breaker("https://example.com/")).rejects.toBe(failure);
  await expect(breaker("https://example.com/")).rejects.toSatisfy(isCircuitOpenError);
  expect(lines[0]).toMatch(/^`random` /);
  expect(lines[1]).toContain("opened for 500 ms");
});
