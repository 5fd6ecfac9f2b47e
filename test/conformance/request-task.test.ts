import { describe, expect, test, vi } from "vitest";
import { type Pool, requestTask } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { lab, type Lab } from "../support/lab.ts";
import { listenerCount } from "../support/listener-count.ts";

const URL_TEXT = "https://example.com/";

/** A pool whose only slot is taken, so that what is queued waits. */
async function busy(): Promise<Lab & { readonly sent: () => Promise<readonly Request[]> }> {
  const made = lab({ workers: 1 });
  made.pool.offer(() => new Request(URL_TEXT));
  await settled();
  const sent = async (): Promise<readonly Request[]> => {
    for (let call = 0; made.pool.running > 0; call++) {
      made.handler.call(call).respond();
      await settled();
    }
    return made.handler.calls.slice(1).map(({ request }) => request);
  };
  return { ...made, sent };
}

/** Queues a task a number, with an init that is changed for each. */
function queue(pool: Pool, init: RequestInit, change: (number: number) => void): void {
  for (const number of [1, 2, 3]) {
    change(number);
    pool.offer(requestTask(URL_TEXT, init));
  }
  change(4);
}

const THREE = ["1", "2", "3"];
const headerOf = ({ headers }: Request): string | null => headers.get("x-number");
const textsOf = (requests: readonly Request[]): Promise<string[]> => Promise.all(requests.map((sent) => sent.text()));

describe("an init that is changed after the call", () => {
  test("is sent as it was", async () => {
    const { pool, sent } = await busy();
    const init: RequestInit = { method: "POST" };
    queue(pool, init, (number) => (init.body = `${number}`));
    expect(await textsOf(await sent())).toEqual(THREE);
  });

  const headers: [string, () => [HeadersInit, (number: string) => void]][] = [
    [
      "Headers",
      () => {
        const all = new Headers();
        return [all, (number) => all.set("x-number", number)];
      },
    ],
    [
      "a record",
      () => {
        const all: Record<string, string> = {};
        return [all, (number) => (all["x-number"] = number)];
      },
    ],
    [
      "pairs",
      () => {
        const all: [string, string][] = [];
        return [all, (number) => all.splice(0, 1, ["x-number", number])];
      },
    ],
    [
      "pairs that are changed themselves",
      () => {
        const pair: [string, string] = ["x-number", "0"];
        return [[pair], (number) => (pair[1] = number)];
      },
    ],
  ];

  test.each(headers)("is sent with the headers that it had, in %s", async (_, make) => {
    const { pool, sent } = await busy();
    const [all, change] = make();
    queue(pool, { headers: all }, (number) => change(`${number}`));
    expect((await sent()).map(headerOf)).toEqual(THREE);
  });

  test("is sent with its body as that is by then: a body is not copied", async () => {
    const { pool, sent } = await busy();
    const parameters = new URLSearchParams();
    queue(pool, { method: "POST", body: parameters }, (number) => parameters.set("n", `${number}`));
    expect(await textsOf(await sent())).toEqual(["n=4", "n=4", "n=4"]);
  });

  test("heeds the signal that it had", async () => {
    const { pool, log, sent } = await busy();
    const init: RequestInit = { signal: AbortSignal.abort("then") };
    pool.offer(requestTask(URL_TEXT, init));
    init.signal = AbortSignal.abort("now");
    expect(await sent()).toEqual([]);
    expect(log.failure(2)).toBe("then");
  });
});

/** What an application may wrap its settings in. */
class Settings {
  number = 0;
  get method(): string {
    return "PUT";
  }
  get headers(): HeadersInit {
    return { "x-number": `${this.number}` };
  }
}

class OwnSettings extends Settings {
  readonly referrerPolicy = "no-referrer";
}

describe("the members of an init", () => {
  test("may be getters of a class, own or inherited, for requestTask and for fetch", async () => {
    const { pool, sent } = await busy();
    const settings = new OwnSettings();
    queue(pool, settings, (number) => (settings.number = number));
    const signalled = Object.assign(new OwnSettings(), { signal: new AbortController().signal });
    void pool.fetch(URL_TEXT, signalled);
    void pool.fetch(new Request(URL_TEXT), new OwnSettings());
    const requests = await sent();
    expect(requests.map(({ method, referrerPolicy }) => `${method} ${referrerPolicy}`)).toEqual(
      Array.from({ length: 5 }, () => "PUT no-referrer"),
    );
    expect(requests.map(headerOf)).toEqual(["1", "2", "3", "0", "0"]);
  });

  test("may be those of a Request", async () => {
    const { pool, sent } = await busy();
    pool.offer(
      requestTask(URL_TEXT, new Request(`${URL_TEXT}other`, { method: "DELETE", headers: { "x-number": "1" } })),
    );
    const [asked] = await sent();
    expect([asked?.url, asked?.method, asked && headerOf(asked)]).toEqual([URL_TEXT, "DELETE", "1"]);
  });

  test("that can't be sent are a TypeError, at the call or of the task", async () => {
    expect(() => requestTask(URL_TEXT, { headers: [["a b", "c"]] })).toThrow(TypeError);
    const { pool } = lab();
    await expect(pool.run(requestTask(URL_TEXT, { headers: 5 as never }))).rejects.toThrow(TypeError);
    await expect(pool.run(requestTask(URL_TEXT, { signal: 5 as never }))).rejects.toThrow(TypeError);
  });
});

test("a wish of fetch's own leaves a Request its referrer", async () => {
  const { pool, handler } = lab();
  void pool.fetch(new Request(URL_TEXT, { referrer: "https://example.com/page" }), { hold: "body" });
  expect(handler.call(0).request.referrer).toBe("https://example.com/page");
});

test("a task's own signal, where it is null, stands for none: not even the request's is followed", async () => {
  const { pool, handler, log } = lab();
  const caller = new AbortController();
  pool.offer(() => ({ request: new Request(URL_TEXT, { signal: caller.signal }), signal: null }));
  caller.abort();
  expect(log.of("finish")).toEqual([]);
  handler.call(0).respond();
  await settled();
  expect(log.finish(1).ok).toBe(true);
});

test("a caller's signal has one listener in flight, and the signal of a Request made here none", async () => {
  const { pool, handler } = lab();
  const { signal } = new AbortController();
  pool.offer(requestTask(URL_TEXT, { signal }));
  pool.offer(requestTask(new Request(URL_TEXT), { signal }));
  pool.offer(requestTask(URL_TEXT));
  void pool.fetch(URL_TEXT, { signal });
  void pool.fetch(URL_TEXT);
  expect(listenerCount(signal)).toBe(1);
  expect(handler.calls.map(({ request }) => listenerCount(request.signal))).toEqual([0, 0, 0, 0, 0]);
});

test("no Request is made, and no init read again, before the task's turn", async () => {
  const { pool, sent } = await busy();
  const spy = vi.spyOn(globalThis, "Request");
  pool.offer(requestTask(URL_TEXT, { method: "PUT" }));
  expect(spy).not.toHaveBeenCalled();
  spy.mockRestore();
  expect((await sent()).map(({ method }) => method)).toEqual(["PUT"]);
});
