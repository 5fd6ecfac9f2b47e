import { describe, expect, test, vi } from "vitest";
import { breakerHandler, CircuitOpenError } from "../../src/breaker.ts";
import { Client } from "../../src/lean.ts";
import { breakerLab, HOST, URL_OF_HOST } from "../support/breaker-lab.ts";
import { VirtualClock } from "../../src/lab.ts";
import { settled } from "../support/settled.ts";
import { lab, request } from "../support/lab.ts";

describe("42 the key", () => {
  test.each([
    ["another path", "https://example.com/elsewhere?a=b#c"],
    ["the port that the scheme implies", "https://example.com:443/"],
    ["another scheme with the same port", "http://example.com:443/"],
  ])("42 %s of the host has the same circuit", async (_, url) => {
    const { trip, failing } = breakerLab();
    await trip();
    expect(await failing(url)).toBeInstanceOf(CircuitOpenError);
  });

  test.each([
    ["another host", "https://example.org/"],
    ["the implied port of another scheme", "http://example.com/"],
    ["another port", "https://example.com:8443/"],
    ["a subdomain", "https://www.example.com/"],
  ])("42 %s has a circuit of its own", async (_, url) => {
    const { trip, answering } = breakerLab();
    await trip();
    expect(await answering(url)).toBeInstanceOf(Response);
  });

  test.each([
    ["http://[::1]:8080/path", "[::1]:8080"],
    ["http://[::1]/path", "[::1]:80"],
    ["http://example.com", "example.com:80"],
    ["https://example.com/a:1?b:2", "example.com:443"],
  ])("42 the host of %s is %s wherever it is named", async (url, host) => {
    const { trip, breaker, failing, events } = breakerLab();
    await trip(url);
    expect([...breaker.states().keys()]).toEqual([host]);
    expect(events).toMatchObject([{ type: "tripped", host }]);
    expect(await failing(url)).toMatchObject({
      host,
      message: expect.stringContaining(`The circuit to ${host} is open`),
    });
  });
});

describe("43 the threshold", () => {
  test("43 opens with the fifth failure in a row when none is named", async () => {
    const { failing, state, handler } = breakerLab({ threshold: undefined });
    for (let i = 0; i < 4; i++) await failing();
    expect(state()).toBe("closed");
    await failing();
    expect(state()).toBe("open");
    expect(handler.calls).toHaveLength(5);
  });

  test("43 opens with the first failure at 1", async () => {
    const { failing, state } = breakerLab({ threshold: 1 });
    await failing();
    expect(state()).toBe("open");
  });

  test("43 a success zeroes the count", async () => {
    const { failing, answering, state, breaker } = breakerLab({ threshold: 3 });
    await failing();
    await failing();
    await answering();
    expect(breaker.states().get(HOST)?.failures).toBe(0);
    await failing();
    await failing();
    expect(state()).toBe("closed");
  });

  test("43 a threshold of 0 never opens", async () => {
    const { failing, handler, breaker } = breakerLab({ threshold: 0 });
    for (let i = 0; i < 50; i++) await failing();
    expect(handler.calls).toHaveLength(50);
    expect(breaker.states().size).toBe(0);
  });
});

describe("44 what counts", () => {
  test.each([0, 100])("44 a delegate that throws counts too, with a timeout of %s", async (timeout) => {
    const error = new Error("no");
    const clock = new VirtualClock({ start: 1000 });
    const delegate = (): never => {
      throw error;
    };
    const breaker = breakerHandler({ threshold: 1, timeout, clock, delegate });
    await expect(breaker(URL_OF_HOST)).rejects.toBe(error);
    expect(breaker.states().get(HOST)?.state).toBe("open");
    expect(clock.timers).toBe(0);
  });

  test("44 an error of the transport counts, and reaches the caller as it is", async () => {
    const { failing, state } = breakerLab({ threshold: 1 });
    const error = new TypeError("fetch failed");
    expect(await failing(URL_OF_HOST, error)).toBe(error);
    expect(state()).toBe("open");
  });

  test.each([200, 404, 500, 503])("44 a status of %s is a success", async (status) => {
    const { failing, answering, breaker } = breakerLab();
    await failing();
    await answering(URL_OF_HOST, new Response(null, { status }));
    expect(breaker.states().get(HOST)?.failures).toBe(0);
  });

  test("44 a response that tripOn says trips counts, and is delivered all the same", async () => {
    const { answering, state } = breakerLab({ threshold: 1, tripOn: ({ status }) => status === 503 });
    const response = new Response("busy", { status: 503 });
    expect(await answering(URL_OF_HOST, response)).toBe(response);
    expect(response.bodyUsed).toBe(false);
    expect(state()).toBe("open");
  });

  test("44 an error of which isFailure says false shows nothing, and reaches the caller as it is", async () => {
    const { failing, trip, breaker, clock, state } = breakerLab({
      isFailure: (error) => !(error instanceof RangeError),
    });
    await failing();
    const error = new RangeError("a hook has failed");
    expect(await failing(URL_OF_HOST, error)).toBe(error);
    expect(breaker.states().get(HOST)).toMatchObject({ state: "closed", failures: 1 });
    await trip();
    await clock.advance(500);
    await failing(URL_OF_HOST, error);
    expect(state()).toBe("open");
    expect(breaker.states().get(HOST)).toMatchObject({ failures: 2, retryAfterMs: 0 });
  });

  test.each<[string, () => unknown]>([
    ["undefined", () => undefined],
    ["a promise", async () => false],
    [
      "nothing, but throws",
      () => {
        throw new Error("no");
      },
    ],
  ])("44 an error counts when isFailure says %s", async (_, isFailure) => {
    const { failing, state } = breakerLab({ threshold: 1, isFailure: isFailure as () => boolean });
    await failing();
    expect(state()).toBe("open");
  });

  test("44 isFailure is not asked about timeouts: they count", async () => {
    const never = vi.fn(() => false);
    const { breaker, clock, state } = breakerLab({ threshold: 1, timeout: 100, isFailure: never });
    const rejection = expect(breaker(URL_OF_HOST)).rejects.toMatchObject({ name: "TimeoutError" });
    await clock.advance(100);
    await rejection;
    expect(state()).toBe("open");
    const other = breakerLab({ threshold: 1, isFailure: never });
    const pool = new Client({ handler: other.breaker, timeout: 100, clock: other.clock }).start();
    pool.offer(() => request());
    await other.clock.advance(100);
    expect(other.state()).toBe("open");
    expect(never).not.toHaveBeenCalled();
  });

  test("44 the caller's own abort is not counted", async () => {
    const { breaker, state, failing } = breakerLab({ threshold: 1 });
    const controller = new AbortController();
    const sending = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
    controller.abort(new Error("never mind"));
    await expect(sending).rejects.toThrow("never mind");
    expect(state()).toBeUndefined();
    await failing();
    expect(state()).toBe("open");
  });

  test("44 the pool's own timeout counts", async () => {
    const { breaker, clock, handler, state } = breakerLab({ threshold: 1 });
    const pool = new Client({ handler: breaker, timeout: 100, clock }).start();
    pool.offer(() => request());
    await clock.advance(100);
    expect(handler.calls).toHaveLength(1);
    expect(state()).toBe("open");
  });

  test("44 the pool's own timeout counts also when the delegate never settles", async () => {
    const { breaker, clock, state } = breakerLab({ threshold: 1, manners: "deaf" });
    const pool = new Client({ handler: breaker, timeout: 100, clock }).start();
    pool.offer(() => request());
    await clock.advance(100);
    expect(state()).toBe("open");
  });

  test("44 an abort of the pool does not count", async () => {
    const { breaker, clock, state } = breakerLab({ threshold: 1 });
    const pool = new Client({ handler: breaker, clock }).start();
    pool.offer(() => request());
    await pool.abort();
    expect(state()).toBeUndefined();
  });

  test("44 a probe that its caller aborts decides nothing: the next call is the probe", async () => {
    const { trip, breaker, clock, state, events, isLetThrough } = breakerLab();
    await trip();
    await clock.advance(500);
    const controller = new AbortController();
    const probe = breaker(new Request(URL_OF_HOST), { signal: controller.signal });
    expect(state()).toBe("half-open");
    controller.abort();
    await expect(probe).rejects.toThrow();
    expect(state()).toBe("open");
    expect(await isLetThrough()).toBe(true);
    expect(events.map(({ type }) => type)).toEqual(["tripped", "half-open", "half-open"]);
  });
});

describe("45 open", () => {
  test("45 the call fails with the error, and the handler is not called", async () => {
    const { trip, failing, handler } = breakerLab();
    await trip();
    const calls = handler.calls.length;
    expect(await failing()).toMatchObject({ code: "ERR_CIRCUIT_OPEN", host: HOST, retryAfterMs: 500 });
    expect(handler.calls).toHaveLength(calls);
  });

  test("45 a refused call is no failure: it neither counts nor puts the probe off", async () => {
    const { trip, failing, clock, breaker } = breakerLab();
    await trip();
    await clock.advance(200);
    for (let i = 0; i < 20; i++) await failing();
    expect(breaker.states().get(HOST)).toEqual({ state: "open", failures: 2, retryAfterMs: 300 });
  });

  test("45 in a pool it is what the task finishes with", async () => {
    const { trip, breaker } = breakerLab();
    await trip();
    const { pool, log } = lab({ handler: breaker });
    pool.offer(() => request());
    await pool.close();
    expect(log.failure(1)).toBeInstanceOf(CircuitOpenError);
  });
});

describe("46 timeout", () => {
  test("46 counts, aborts the request and rejects", async () => {
    const { breaker, clock, handler, state } = breakerLab({ threshold: 1, timeout: 100 });
    const sending = breaker(URL_OF_HOST);
    const rejection = expect(sending).rejects.toMatchObject({ name: "TimeoutError", message: /100 ms/ });
    await clock.advance(99);
    expect(handler.call(0).init.signal.aborted).toBe(false);
    await clock.advance(1);
    await rejection;
    expect(handler.call(0).init.signal.reason).toMatchObject({ name: "TimeoutError" });
    expect(state()).toBe("open");
    expect(clock.timers).toBe(0);
  });

  test("46 counts at once, also when the delegate is deaf", async () => {
    const { breaker, clock, state } = breakerLab({ threshold: 1, timeout: 100, manners: "deaf" });
    const rejection = expect(breaker(URL_OF_HOST)).rejects.toMatchObject({ name: "TimeoutError" });
    await clock.advance(100);
    await rejection;
    expect(state()).toBe("open");
  });

  test("46 covers the headers only", async () => {
    const { breaker, clock, handler } = breakerLab({ timeout: 100 });
    const sending = breaker(URL_OF_HOST);
    await clock.advance(99);
    handler.call(0).respond(new Response("slow"));
    const response = await sending;
    await clock.advance(1000);
    expect(await response?.text()).toBe("slow");
    expect(handler.call(0).init.signal.aborted).toBe(false);
  });

  test("46 a late body is released", async () => {
    const { breaker, clock, handler } = breakerLab({ timeout: 100, manners: "deaf" });
    const sending = breaker(URL_OF_HOST);
    const rejection = expect(sending).rejects.toThrow();
    await clock.advance(100);
    await rejection;
    let cancelled = false;
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    handler.call(0).respond(new Response(body));
    await settled();
    expect(cancelled).toBe(true);
  });
});

describe("47 the back-off", () => {
  test("47 starts at 500 ms, grows by half and ends at 60 s", async () => {
    const { trip, failing, events, clock } = breakerLab({ threshold: 1 });
    await trip();
    for (let i = 0; i < 13; i++) {
      await clock.advance(60_000);
      await failing();
    }
    const backOffs = events.flatMap((event) => (event.type === "tripped" ? [Math.floor(event.retryAfterMs)] : []));
    expect(backOffs.slice(0, 5)).toEqual([500, 750, 1125, 1687, 2531]);
    expect(backOffs.slice(-3)).toEqual([43_248, 60_000, 60_000]);
  });

  test.each([
    [0, 250],
    [0.25, 375],
    [0.999, 749.5],
  ])("47 a random number of %s makes it %s ms", async (number, ms) => {
    const { trip, breaker } = breakerLab({ random: () => number });
    await trip();
    expect(breaker.states().get(HOST)?.retryAfterMs).toBeCloseTo(ms);
  });

  test.each([
    [0.999, 60_000],
    [0, 30_000],
  ])("47 is never longer than 60 s, from which a random number of %s makes %s ms", async (number, ms) => {
    const { trip, failing, clock, breaker } = breakerLab({ threshold: 1, random: () => number });
    await trip();
    for (let i = 0; i < 20; i++) {
      await clock.advance(60_000);
      await failing();
    }
    expect(breaker.states().get(HOST)?.retryAfterMs).toBe(ms);
  });

  test("47 no probe goes before it is over, and one does then", async () => {
    const { trip, clock, isLetThrough } = breakerLab();
    await trip();
    await clock.advance(499);
    expect(await isLetThrough()).toBe(false);
    await clock.advance(1);
    expect(await isLetThrough()).toBe(true);
  });

  test("47 a probe that never settles holds others back for 60 s only, and is not aborted", async () => {
    const { trip, clock, handler, isLetThrough, state } = breakerLab({ manners: "deaf" });
    await trip();
    await clock.advance(500);
    expect(await isLetThrough()).toBe(true);
    const probe = handler.call(-1);
    await clock.advance(59_999);
    expect(state()).toBe("half-open");
    await clock.advance(1);
    expect(state()).toBe("open");
    await clock.advance(750);
    expect(await isLetThrough()).toBe(true);
    expect(probe.init.signal.aborted).toBe(false);
  });
});

describe("48 the probe", () => {
  test("48 is one at a time: others fail at once", async () => {
    const { trip, clock, isLetThrough, failing } = breakerLab();
    await trip();
    await clock.advance(500);
    expect(await isLetThrough()).toBe(true);
    expect(await failing()).toMatchObject({ code: "ERR_CIRCUIT_OPEN", retryAfterMs: 0 });
    await clock.advance(30_000);
    expect(await isLetThrough()).toBe(false);
  });

  test("48 that fails opens the circuit again, for longer", async () => {
    const { trip, clock, failing, breaker, isLetThrough } = breakerLab();
    await trip();
    await clock.advance(500);
    await failing();
    expect(breaker.states().get(HOST)).toEqual({ state: "open", failures: 3, retryAfterMs: 750 });
    await clock.advance(749);
    expect(await isLetThrough()).toBe(false);
    await clock.advance(1);
    expect(await isLetThrough()).toBe(true);
  });

  test("48 that times out opens the circuit again", async () => {
    const { trip, clock, isLetThrough, state } = breakerLab({ timeout: 100 });
    await trip();
    await clock.advance(500);
    expect(await isLetThrough()).toBe(true);
    await clock.advance(100);
    expect(state()).toBe("open");
  });

  test("48 that the pool's timeout ends opens the circuit again, also when the handler is deaf", async () => {
    const { trip, clock, breaker, state, events } = breakerLab({ manners: "deaf" });
    await trip();
    await clock.advance(500);
    const pool = new Client({ handler: breaker, timeout: 100, clock }).start();
    pool.offer(() => request());
    expect(state()).toBe("half-open");
    await clock.advance(100);
    expect(state()).toBe("open");
    expect(events.at(-1)).toMatchObject({ type: "tripped", retryAfterMs: 750 });
  });
});

describe("49 closed again", () => {
  test("49 a probe that succeeds closes it for the very next call", async () => {
    const { trip, clock, answering, isLetThrough, breaker } = breakerLab();
    await trip();
    await clock.advance(500);
    await answering();
    expect(breaker.states().get(HOST)).toEqual({ state: "closed", failures: 0, retryAfterMs: 0 });
    expect([await isLetThrough(), await isLetThrough(), await isLetThrough()]).toEqual([true, true, true]);
  });

  test("49 the back-off starts anew then", async () => {
    const { trip, clock, answering, failing, breaker } = breakerLab();
    await trip();
    await clock.advance(500);
    await failing();
    await clock.advance(750);
    await answering();
    await trip();
    expect(breaker.states().get(HOST)?.retryAfterMs).toBe(500);
  });

  test("49 no more than 256 hosts are remembered when no number is named", async () => {
    const { failing, breaker } = breakerLab();
    for (let i = 0; i < 300; i++) await failing(`https://host-${i}.example/`);
    expect(breaker.states().size).toBe(256);
    expect(breaker.states().has("host-43.example:443")).toBe(false);
    expect(breaker.states().has("host-44.example:443")).toBe(true);
  });

  test("49 closed ones are forgotten first, the one that failed longest ago before the others", async () => {
    const { trip, failing, breaker } = breakerLab({ maxHosts: 3 });
    await trip("https://open.example/");
    await failing("https://a.example/");
    await failing("https://b.example/");
    await failing("https://c.example/");
    expect([...breaker.states().keys()]).toEqual(["b.example:443", "c.example:443", "open.example:443"]);
  });

  test("49 of open ones, the one used longest ago is forgotten, but never for a host that could not be remembered", async () => {
    const { trip, failing, breaker, isLetThrough } = breakerLab({ maxHosts: 2 });
    await trip("https://a.example/");
    await trip("https://b.example/");
    expect(await isLetThrough("https://a.example/")).toBe(false);
    await failing("https://c.example/");
    expect(Object.fromEntries(breaker.states())).toMatchObject({
      "a.example:443": { state: "open" },
      "c.example:443": { state: "closed", failures: 1 },
    });
    await failing("https://c.example/");
    expect([...breaker.states().keys()]).toEqual(["a.example:443", "c.example:443"]);
  });

  test("49 a host that fails again is forgotten later", async () => {
    const { failing, breaker } = breakerLab({ maxHosts: 2, threshold: 3 });
    for (const name of ["a", "b", "a", "c"]) await failing(`https://${name}.example/`);
    expect([...breaker.states().keys()]).toEqual(["a.example:443", "c.example:443"]);
  });

  test("49 a host that opens at once makes room by one that is closed again", async () => {
    const { trip, clock, answering, breaker } = breakerLab({ maxHosts: 1, threshold: 1 });
    await trip("https://a.example/");
    await clock.advance(500);
    await answering("https://a.example/");
    await trip("https://b.example/");
    expect([...breaker.states().keys()]).toEqual(["b.example:443"]);
  });

  test("49 a host that never failed takes no place", async () => {
    const { answering, breaker } = breakerLab();
    await answering();
    expect(breaker.states().size).toBe(0);
  });
});
