import { afterEach, describe, expect, test, vi } from "vitest";
import { membersOf, requestOf, snapshotOf } from "../../../src/lib/request-init.ts";
import { listenerCount } from "../../support/listener-count.ts";

const URL_A = "https://example.com/a";

const prototype = Object.prototype as { method?: string };
afterEach(() => void delete prototype.method);

describe("membersOf", () => {
  test("the members of an init don't come from a polluted Object.prototype, neither now nor when they are read", () => {
    prototype.method = "DELETE";
    const members = membersOf({ keepalive: true });
    expect(Object.keys(members)).toEqual(["keepalive"]);
    expect(members.method).toBeUndefined();
  });

  test("a member may be one of the names that Object.prototype has", () => {
    prototype.method = "DELETE";
    expect(membersOf({ method: "PUT" }).method).toBe("PUT");
    const odd = membersOf(JSON.parse('{ "__proto__": { "method": "PUT" } }') as RequestInit);
    expect(odd.method).toBeUndefined();
  });

  test("an init without a prototype is read too", () => {
    const init: RequestInit = Object.assign(Object.create(null), { method: "PUT" });
    expect(membersOf(init).method).toBe("PUT");
  });

  test("a class may have them as getters, own or inherited, and the nearest counts", () => {
    class Base {
      get method(): string {
        return "PUT";
      }
      get keepalive(): boolean {
        return true;
      }
    }
    class Derived extends Base {
      override get method(): string {
        return "PATCH";
      }
    }
    expect(membersOf(new Derived())).toMatchObject({ method: "PATCH", keepalive: true });
  });
});

describe("snapshotOf", () => {
  test("headers are copied, be they a record, pairs or Headers", () => {
    const record = { a: "1" };
    const pairs: [string, string][] = [["a", "1"]];
    const own = new Headers(record);
    const copies = [record, pairs, own].map((headers) => snapshotOf({ headers }));
    record.a = "2";
    pairs.push(["b", "1"]);
    own.set("a", "2");
    expect(copies.map(({ headers }) => Array.from(new Headers(headers)).join(" "))).toEqual(["a,1", "a,1", "a,1"]);
  });

  test("a body is as it is", () => {
    for (const body of [new Uint8Array(1), "text", new URLSearchParams("a=1"), new FormData()]) {
      expect(snapshotOf({ body }).body).toBe(body);
    }
  });
});

describe("requestOf", () => {
  test("makes what fetch would send, of a text, a URL and a Request", async () => {
    const init = { method: "POST", headers: { a: "1" }, body: "text" };
    for (const input of [URL_A, new URL(URL_A), new Request(URL_A)]) {
      const made = requestOf(input, init);
      expect([made.url, made.method, made.headers.get("a"), await made.text()]).toEqual([URL_A, "POST", "1", "text"]);
      expect(requestOf(input, undefined)).toMatchObject({ url: URL_A, method: "GET" });
    }
  });

  test("its signal follows none, neither the init's nor the Request's", () => {
    const controller = new AbortController();
    const { signal } = controller;
    const input = new Request(URL_A, { signal });
    const before = listenerCount(signal);
    const made = [requestOf(URL_A, { signal }), requestOf(input, { signal }), requestOf(input, undefined)];
    expect(listenerCount(signal)).toBe(before);
    controller.abort();
    expect([input, ...made].map((request) => request.signal.aborted)).toEqual([true, false, false, false]);
  });

  test("is a snapshot: a Request is copied, and its body taken, as by fetch", async () => {
    const input = new Request(URL_A, { method: "POST", body: "text" });
    const made = requestOf(input, undefined);
    expect([made === input, input.bodyUsed, await made.text()]).toEqual([false, true, "text"]);
  });

  test("a pool's own `hold` leaves a Request its referrer and its policy, as does a signal; another member does not", () => {
    const input = new Request(URL_A, { referrer: "https://example.com/from", referrerPolicy: "no-referrer" });
    const inits: [RequestInit & { hold?: string }, string][] = [
      [{}, "no-referrer"],
      [{ hold: "body" }, "no-referrer"],
      [{ keepalive: true }, ""],
    ];
    for (const [init, policy] of inits) expect(requestOf(input, init).referrerPolicy).toBe(policy);
  });

  test("throws what fetch rejects with", () => {
    expect(() => requestOf("no URL", undefined)).toThrow(TypeError);
    expect(() => requestOf(URL_A, { method: "GET", body: "text" })).toThrow(TypeError);
    expect(() => requestOf(URL_A, { headers: { "no header": "" }, signal: null })).toThrow(TypeError);
  });
});

describe("what is a pool's own is nothing to `fetch`", () => {
  const POST = { method: "POST", body: "text" };

  test("a priority that is a number is not handed on, beside what is", async () => {
    const requests = [
      requestOf(URL_A, { ...POST, priority: 5 as never }),
      requestOf(URL_A, { ...POST, priority: "low" }),
    ];
    for (const made of requests) expect([made.method, await made.text()]).toEqual(["POST", "text"]);
  });

  test("with a Request, lane, hold and a number for a priority change nothing", () => {
    const source = new Request(URL_A, { ...POST, referrer: "https://example.com/from" });
    const init = { lane: "a", hold: "body", priority: 5 } as unknown as RequestInit;
    const made = requestOf(source, init);
    expect([made.method, made.url, made.referrer]).toEqual(["POST", URL_A, "https://example.com/from"]);
  });

  test("lane, hold and a number for a priority are not handed to Request, nor is the signal", () => {
    const inits: object[] = [];
    class Spy extends Request {
      constructor(input: string | URL | Request, init?: RequestInit) {
        inits.push({ ...init });
        super(input, init);
      }
    }
    vi.stubGlobal("Request", Spy);
    try {
      const own = { lane: "a", hold: "body", priority: 5, signal: new AbortController().signal };
      requestOf(URL_A, { method: "PUT", ...own } as unknown as RequestInit);
      requestOf(URL_A, { method: "PUT", priority: "low", signal: own.signal });
    } finally {
      vi.unstubAllGlobals();
    }
    expect(inits).toEqual([
      { method: "PUT", signal: null },
      { method: "PUT", priority: "low", signal: null },
    ]);
  });
});
