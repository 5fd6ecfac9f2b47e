import { describe, expect, test, vi } from "vitest";
import { lanes } from "../../src/lanes.ts";
import {
  filteredTask,
  type MapOptions,
  perishableTask,
  requestTask,
  type SendOptions,
  type Task,
} from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { type Lab, lab, type LabOptions, request } from "../support/lab.ts";

const laned = (more: LabOptions = {}): Lab => lab({ lanes: lanes(), ...more });
const lanesOf = ({ log }: Lab): (string | undefined)[] => log.of("queue").map(({ lane }) => lane);

const URL_OF = "https://api.example.com:8443/a?secret=1";
const ORIGIN = "https://api.example.com:8443";
const FAR = 1e15;

describe("64 the lane", () => {
  test.each<[string, Task, string]>([
    ["of requestTask is the origin of its URL", requestTask(URL_OF), ORIGIN],
    ["of requestTask of a URL object, too", requestTask(new URL(URL_OF)), ORIGIN],
    ["of requestTask of a Request, too", requestTask(new Request(URL_OF)), ORIGIN],
    ["has no default port, and no user", requestTask("https://me:pass@example.com:443/"), "https://example.com"],
    ["of perishableTask is that of its task", perishableTask(FAR, requestTask(URL_OF)), ORIGIN],
    ["of filteredTask is that of its task", filteredTask(() => true, requestTask(URL_OF)), ORIGIN],
    [
      "of what is wrapped twice is that of its task",
      filteredTask(() => true, perishableTask(FAR, requestTask(URL_OF))),
      ORIGIN,
    ],
    ["of a task of one's own is that of all others", () => new Request(URL_OF), ""],
    ["of a wrapped task of one's own, too", perishableTask(FAR, () => new Request(URL_OF)), ""],
    ["of what goes by no http is that of all others", requestTask("data:text/plain,x"), ""],
    ["of what is no URL is that of all others", requestTask("no url at all"), ""],
  ])("%s", async (_, task, lane) => {
    const it = laned();
    it.pool.offer(task);
    await it.pool.send(task);
    it.pool.run(task).catch(() => undefined);
    const writer = it.pool.writable().getWriter();
    await writer.write(task);
    expect(lanesOf(it)).toEqual([lane, lane, lane, lane]);
  });

  test("that SendOptions name wins, be it empty", async () => {
    const it = laned();
    for (const lane of ["tenant-42", "", undefined]) it.pool.offer(requestTask(URL_OF), { lane });
    await it.pool.send(requestTask(URL_OF), { lane: "sent" });
    it.pool.run(requestTask(URL_OF), { lane: "run" }).catch(() => undefined);
    expect(lanesOf(it)).toEqual(["tenant-42", "", ORIGIN, "sent", "run"]);
  });

  test("is read as an own option only", () => {
    const it = laned();
    it.pool.offer(requestTask(URL_OF), Object.create({ lane: "inherited", priority: 5 }) as SendOptions);
    expect(lanesOf(it)).toEqual([ORIGIN]);
  });

  test("is told by every event of a task", async () => {
    const it = laned({ workers: 1, queueSize: 1 });
    it.pool.offer(requestTask(URL_OF));
    it.pool.offer(() => undefined, { lane: "other" });
    it.pool.offer(() => undefined, { lane: "full" });
    expect(() => it.pool.offer(() => undefined, { lane: "gone", signal: AbortSignal.abort("why") })).toThrow("why");
    const caller = new AbortController();
    const line = it.pool.send(() => undefined, { lane: "line", signal: caller.signal });
    caller.abort("why");
    await expect(line).rejects.toBe("why");
    it.handler.call(0).respond();
    await settled();
    await it.pool.close();
    expect(() => it.pool.offer(() => undefined, { lane: "late" })).toThrow(/closed/);
    const told = it.log.events.map(({ type, lane }) => `${type} ${lane}`);
    expect(told).toEqual([
      `queue ${ORIGIN}`,
      `start ${ORIGIN}`,
      "queue other",
      "reject full",
      "reject gone",
      "reject line",
      `headers ${ORIGIN}`,
      `finish ${ORIGIN}`,
      "start other",
      "finish other",
      "reject late",
    ]);
  });

  test("is told by no event of a pool without lanes", async () => {
    const it = lab({ handler: async () => null });
    it.pool.offer(requestTask(URL_OF));
    await settled();
    expect(it.log.events.filter((event) => "lane" in event)).toEqual([]);
  });
});

describe("64 the lane of fetch", () => {
  test.each<[string, string | URL | Request]>([
    ["a string", URL_OF],
    ["a URL", new URL(URL_OF)],
    ["a Request", new Request(URL_OF)],
  ])("is the origin of %s", async (_, input) => {
    const it = laned();
    void it.pool.fetch(input);
    expect(lanesOf(it)).toEqual([ORIGIN]);
    await it.pool.fetch(URL_OF, { signal: AbortSignal.abort("why") }).catch(() => undefined);
    expect(it.log.of("reject")).toMatchObject([{ lane: ORIGIN }]);
  });

  test("is init.lane, which is nothing to the handler, as is a numeric priority", () => {
    const it = laned({ workers: 1 });
    void it.pool.fetch(request("/1"), { lane: "a" });
    void it.pool.fetch(request("/2"), { lane: "a", priority: 1, method: "PUT", body: "x" });
    void it.pool.fetch("https://example.com/3", { lane: "b", priority: 7.5 });
    expect(lanesOf(it)).toEqual(["a", "a", "b"]);
    expect(it.handler.paths).toEqual(["/1"]);
  });

  test("starts by its numeric priority; that of fetch itself stays its own", async () => {
    const it = laned({ workers: 1, handler: async () => new Response() });
    const init = { priority: "high" } as const;
    const answers = [it.pool.fetch("https://example.com/1")];
    for (const [path, priority] of Object.entries({ low: -1, plain: 0, high: 2 })) {
      answers.push(it.pool.fetch(`https://example.com/${path}`, { priority }));
    }
    answers.push(it.pool.fetch("https://example.com/own", init));
    const started: string[] = [];
    it.pool.on("start", ({ id }) => started.push(String(id)));
    await Promise.all(answers);
    // 1 had started; high, plain and "high" of fetch itself, low.
    expect(started).toEqual(["4", "3", "5", "2"]);
  });

  test("leaves what plain fetch takes for a priority to it, without lanes too", async () => {
    const it = lab({ handler: async () => new Response() });
    await expect(it.pool.fetch(URL_OF, { priority: "low" })).resolves.toBeInstanceOf(Response);
    await expect(it.pool.fetch(URL_OF, { lane: undefined, priority: undefined })).resolves.toBeInstanceOf(Response);
  });
});

/** The lanes that a map of these inputs queues its tasks in. */
async function lanesOfMap<Input>(inputs: Input[], options: MapOptions<Input> = {}): Promise<(string | undefined)[]> {
  const it = laned({ handler: async () => new Response() });
  const results = it.pool.map(
    inputs,
    () => URL_OF,
    ({ status }) => status,
    options,
  );
  for await (const status of results) expect(status).toBe(200);
  return lanesOf(it);
}

describe("64 the lane of map", () => {
  test("is the origin of an input that is a URL, a Request or a string with one, else that of all others", async () => {
    const inputs = [
      URL_OF,
      new URL(URL_OF),
      new Request(URL_OF),
      "HTTP://EXAMPLE.com/x",
      "name",
      "ftp://x/",
      5,
      null,
      {},
    ];
    expect(await lanesOfMap<unknown>(inputs)).toEqual([
      ORIGIN,
      ORIGIN,
      ORIGIN,
      "http://example.com",
      "",
      "",
      "",
      "",
      "",
    ]);
  });

  test("is what its option says, for all or for each", async () => {
    expect(await lanesOfMap([URL_OF, "x"], { lane: "all" })).toEqual(["all", "all"]);
    expect(await lanesOfMap([URL_OF, "x"], { lane: "" })).toEqual(["", ""]);
    expect(await lanesOfMap([1, 2, 3], { lane: (input) => `lane-${input % 2}` })).toEqual([
      "lane-1",
      "lane-0",
      "lane-1",
    ]);
  });

  test("goes with its priority", async () => {
    const it = laned({ workers: 1, handler: async () => new Response() });
    it.pool.offer(() => undefined);
    it.pool.pause();
    it.pool.offer(() => undefined, { lane: "other", priority: 1 });
    const results = it.pool.map(
      ["x"],
      () => URL_OF,
      ({ status }) => status,
      { lane: "a", priority: 2 },
    );
    const read = results.next();
    await settled();
    it.pool.resume();
    await read;
    await it.pool.onIdle();
    expect(it.log.of("start").map(({ lane }) => lane)).toEqual(["", "a", "other"]);
  });

  test.each<[string, () => unknown, unknown]>([
    [
      "throws",
      () => {
        throw new RangeError("no");
      },
      new RangeError("no"),
    ],
    ["gives no string", () => 5, new TypeError("Expected `lane` to be a string, got 5 (number)")],
    ["gives a promise", async () => "a", new TypeError("Expected `lane` to be a string, got an object")],
    [
      "gives a promise that rejects",
      () => Promise.reject(new Error("unheard")),
      new TypeError("Expected `lane` to be a string, got an object"),
    ],
  ])("fails that map with it, where its function %s, and nothing else", async (_, lane, error) => {
    const it = laned();
    it.pool.offer(() => request());
    const toRequest = vi.fn<() => string>(() => URL_OF);
    const results = it.pool.map(["x", "y"], toRequest, ({ status }) => status, { lane: lane as () => string });
    await expect(results.next()).rejects.toEqual(error);
    expect(it.log.lines).toEqual(["queue 1", "start 1"]);
    expect(toRequest).not.toHaveBeenCalled();
    await expect(results.next()).resolves.toEqual({ done: true, value: undefined });
  });
});

describe("65 no lane and no priority is", () => {
  const wrong: [string, object][] = [
    ["lane", { lane: 5 }],
    ["lane", { lane: null }],
    ["lane", { lane: {} }],
    ["priority", { priority: "5" }],
    ["priority", { priority: Number.NaN }],
    ["priority", { priority: Infinity }],
    ["priority", { priority: null }],
    ["priority", { priority: 5n }],
  ];
  const ways: [string, (it: Lab, options: object) => unknown][] = [
    ["offer", ({ pool }, options) => pool.offer(() => undefined, options)],
    ["send", ({ pool }, options) => pool.send(() => undefined, options)],
    ["run", ({ pool }, options) => pool.run(() => undefined, options)],
    [
      "map",
      ({ pool }, options) =>
        pool.map(
          ["x"],
          () => URL_OF,
          () => 1,
          options,
        ),
    ],
  ];
  test.each(wrong.flatMap(([name, options]) => ways.map(([way, call]) => ({ name, options, way, call }))))(
    "$options, of $way: a TypeError and no event",
    async ({ name, options, call }) => {
      const it = laned();
      const outcome = (async () => call(it, options))();
      await expect(outcome).rejects.toBeInstanceOf(TypeError);
      await expect(outcome).rejects.toThrow(
        new RegExp(`^Expected \`${name}\` to be a (string|string or a function|finite number), got`),
      );
      expect([it.log.events, it.pool.lanes().size]).toEqual([[], 0]);
    },
  );

  test.each([{ lane: 5 }, { lane: null }, { priority: Number.NaN }, { priority: Infinity }])(
    "%o, of fetch: rejected with a TypeError, and no event",
    async (init) => {
      const it = laned();
      await expect(it.pool.fetch(URL_OF, init as RequestInit)).rejects.toThrow(TypeError);
      expect(it.log.events).toEqual([]);
    },
  );

  test.each<[string, object]>([
    ["a lane", { lane: "a" }],
    ["an empty lane", { lane: "" }],
    ["a priority", { priority: 0 }],
  ])("%s in a pool without lanes: a TypeError that says so, and no event", async (_, options) => {
    const it = lab();
    const calls = [...ways.map(([, call]) => call), (_it: Lab, init: object) => it.pool.fetch(URL_OF, init)];
    for (const call of calls) {
      const outcome = (async () => call(it, options))();
      await expect(outcome).rejects.toBeInstanceOf(TypeError);
      await expect(outcome).rejects.toThrow("`lane` and `priority` are for a client with `lanes`");
    }
    const byFunction = { lane: () => "a" };
    expect(() =>
      it.pool.map(
        ["x"],
        () => URL_OF,
        () => 1,
        byFunction,
      ),
    ).toThrow(/are for a client with `lanes`/);
    expect([it.log.events, it.pool.lanes().size]).toEqual([[], 0]);
  });

  test("undefined is none, in a pool without lanes too", () => {
    const it = lab();
    expect(it.pool.offer(() => undefined, { lane: undefined, priority: undefined })).toBe(true);
  });

  test.each([5, null, "lanes", {}, () => undefined])("%o is no `lanes`: a TypeError", (value) => {
    expect(() => lab({ lanes: value as never })).toThrow(/^Expected `lanes` to be what lanes\(\) gives, got/);
  });

  test.each<[object, string]>([
    [{ workers: "5" }, 'Expected `workers` to be a whole number, got "5" (string)'],
    [{ workers: 2.5 }, "Expected `workers` to be a whole number, got 2.5 (number)"],
    [{ period: Infinity }, "Expected `period` to be a finite number of ms, got Infinity (number)"],
    [{ spread: 1 }, "Expected `spread` to be a boolean, got 1 (number)"],
    [{ queueSize: null }, "Expected `queueSize` to be a whole number, got null"],
    [{ limits: {} }, "Expected `limits` to be a function, got an object"],
    [{ hold: true }, "Expected `hold` to be a function or false, got true (boolean)"],
    [{ maxHold: Number.NaN }, "Expected `maxHold` to be a finite number of ms, got NaN (number)"],
    [{ gate: 5 }, "Expected `gate` to be a function, got 5 (number)"],
  ])("%o is no option of lanes: a TypeError", (options, message) => {
    expect(() => lanes(options)).toThrow(new TypeError(message));
  });

  test("an option that lanes inherit is none", () => {
    expect(() => lanes(Object.create({ workers: "5" }) as object)).not.toThrow();
    expect(() => lanes(5 as never)).toThrow(new TypeError("Expected `options` to be an object, got 5 (number)"));
  });
});
