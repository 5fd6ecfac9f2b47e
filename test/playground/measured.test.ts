import { describe, expect, it } from "vitest";
import { readMeasured, tooBig } from "../../playground/src/measured/reading.ts";
import { summaryOf } from "../../playground/src/measured/summary.ts";
import { fromLink, toLink } from "../../playground/src/settings/link.ts";
import { fromText, type Measured, percentileOf } from "../../playground/src/settings/measured.ts";
import { behaviorFor } from "../../playground/src/world/behavior.ts";
import { DEFAULTS } from "../../playground/src/settings/settings.ts";

/** What is read; fails with what is said where it is not. */
function read(text: string): Measured & { readonly words: string } {
  const reading = readMeasured(text);
  const measured = reading.isRead ? fromText(reading.value) : undefined;
  if (measured === undefined) throw new Error(reading.words);
  return { ...measured, words: reading.words };
}

/** What is said of what can't be read. */
function fault(text: string): string {
  const reading = readMeasured(text);
  expect(reading.isRead, text).toBe(false);
  return reading.words;
}

interface Given {
  readonly wait?: unknown;
  readonly receive?: unknown;
  readonly time?: unknown;
  readonly status?: unknown;
  readonly size?: unknown;
  readonly url?: string;
  readonly fromCache?: string;
}

const entry = ({ wait = 90, receive = 10, time = 150, status = 200, size = 2048, url, fromCache }: Given): object => ({
  time,
  ...(fromCache !== undefined && { _fromCache: fromCache }),
  request: {
    method: "GET",
    url: url ?? "https://secret.example/token?key=hidden",
    headers: [{ name: "cookie", value: "hush" }],
  },
  response: { status, content: { size } },
  timings: { blocked: -1, dns: -1, connect: -1, send: 1, wait, receive },
});

const har = (...entries: object[]): string => JSON.stringify({ log: { version: "1.2", entries } });

describe("Pasted times", () => {
  it("may have anything of blanks, commas and lines between, and units", () => {
    expect(read("120, 85ms\n1.2 s\t40;7\r\n 3").times).toEqual([3, 7, 40, 85, 120, 1200]);
    expect(read("[120,85.25]").times).toEqual([85.3, 120]);
    expect(read("300µs 2000 us .5s 1MIN 1e2").times).toEqual([0.3, 2, 100, 500, 60_000]);
    expect(read("0").times).toEqual([0]);
  });

  it("are 64 at most, whose median, p95 and p99 are those of all", () => {
    const all = Array.from({ length: 1003 }, (_, at) => Math.round(10 * 1.005 ** at));
    const { times, requests, words } = read(all.join(" "));
    expect(times).toHaveLength(64);
    expect(requests).toBe(1003);
    for (const share of [0.5, 0.95, 0.99]) expect(percentileOf(times, share)).toBe(percentileOf(all, share));
    expect(words).toContain("64 of the times are kept");
    expect(read(all.slice(0, 64).join(",")).times).toHaveLength(64);
    expect(read(all.slice(0, 64).join(",")).words).not.toContain("kept");
  });

  it("that are none are named, and what stands there", () => {
    expect(fault("120 85 12x 7")).toBe(
      "No. 3, “12x”, is no time. A time is a number of ms, like 120 or 85.5, or has a unit: 120ms, 1.2 s.",
    );
    expect(fault("120 -5")).toBe("No. 2, “-5”, is less than 0.");
    expect(fault("900 s")).toBe("No. 1, “900”, is longer than 10 minutes.");
    expect(fault("1e999")).toContain("longer than 10 minutes");
    expect(fault("1.2.3")).toContain("No. 1, “1.2.3”");
    expect(fault("5 minutes")).toContain("No. 2, “minutes”");
    expect(fault("x".repeat(200))).toContain(`“${"x".repeat(24)}…”`);
    for (const empty of ["", " \n", ",,,"]) expect(fault(empty)).toBe("There is no time in it.");
  });

  it("are read up to 100,000, and that is said", () => {
    const { requests, words } = read("5 ".repeat(100_001));
    expect(requests).toBe(100_000);
    expect(words).toContain("only the first 100,000 times were read");
    expect(read("5 ".repeat(100_000)).words).not.toContain("only");
  });
});

describe("A HAR", () => {
  it("gives the times of wait and receive, else of the whole, shares of 429 and 5xx, and sizes", () => {
    const measured = read(
      har(
        entry({ wait: 100, receive: 20, status: 200, size: 4000 }),
        entry({ wait: 200, receive: -1, status: 404, size: 100 }),
        entry({ wait: -1, time: 321, status: 429, size: 9 }),
        entry({ wait: 50, receive: 0, status: 503, size: 9 }),
        { time: 77, request: {}, response: { status: 200, bodySize: 512 } },
      ),
    );
    expect(measured.times).toEqual([50, 77, 120, 200, 321]);
    expect(measured.statuses).toEqual(
      new Map([
        [429, 0.2],
        [503, 0.2],
      ]),
    );
    expect(measured.sizes).toEqual([100, 512, 4000]);
  });

  it("is told in a line", () => {
    const entries = Array.from({ length: 1000 }, (_, at) =>
      entry({ wait: at < 940 ? 120 : 870, receive: 0, status: at < 21 ? 429 : 200, size: 12_345 }),
    );
    expect(summaryOf(read(har(...entries)))).toBe(
      "1,000 requests, p50 120 ms, p95 870 ms, 2.1 % 429, bodies of 12 kB at the median",
    );
    expect(summaryOf(read("2.34"))).toBe("1 request, p50 2.3 ms, p95 2.3 ms");
  });

  it("without errors says that there are none: the slider is not asked", () => {
    expect(read(har(entry({}))).statuses).toEqual(new Map());
    expect(read("5").statuses).toBeUndefined();
  });

  it("leaves out what was blocked, cached, local, unanswered, untimed or endless, and says how much", () => {
    const { requests, words } = read(
      har(
        entry({}),
        entry({ wait: -1, time: -1 }),
        entry({ wait: "90", time: null }),
        entry({ fromCache: "disk" }),
        entry({ wait: 0, receive: 0 }),
        entry({ url: "data:image/png;base64,AAAA" }),
        entry({ status: 0 }),
        entry({ status: 101 }),
        entry({ wait: 700_000 }),
        entry({ wait: Number.NaN, time: Number.NaN }), // null in JSON
      ),
    );
    expect(requests).toBe(1);
    expect(words).toContain(
      "Left out: 3 without a time, 2 from the cache, 1 not of the network, 2 without an answer, 1 longer than 10 minutes.",
    );
  });

  it("that is none, or of no use, is refused with the reason", () => {
    expect(fault('{"log": {"entries": [{"time": 1')).toBe(
      "This is no HAR, since it is no JSON: it breaks off before its end.",
    );
    expect(fault('{"log": nonsense}')).toContain("it is no JSON: it has a fault");
    for (const none of ["{}", '{"log": 5}', '{"log": {"entries": {}}}', '{"log": null}']) {
      expect(fault(none), none).toBe("This is JSON, but no HAR: it has no log.entries.");
    }
    expect(fault(har())).toBe("This HAR has no entries.");
    expect(fault(JSON.stringify({ log: { entries: [null, 5, "x", {}, []] } }))).toContain(
      "Of the 5 entries of this HAR none",
    );
  });

  it("leaves nothing of its addresses and headers behind, not even in what is said of a fault", () => {
    const text = har(entry({}), entry({ url: "https://secret.example/other", status: 500 }));
    for (const given of [text, text.slice(0, -40), `${text}secret`, text.replaceAll(":{", ": secret {")]) {
      expect(JSON.stringify(readMeasured(given))).not.toMatch(/secret|hidden|hush|token|cookie/);
    }
  });

  it("of 100,001 entries is read up to 100,000, and that is said", () => {
    const one = JSON.stringify(entry({ wait: 100, receive: 0 }));
    const { requests, words } = read(`{"log":{"entries":[${`${one},`.repeat(100_000)}${one}]}}`);
    expect(requests).toBe(100_000);
    expect(words).toContain("all after the first 100,000 of 100,001");
  });

  it("of more than 50 MB is not read", () => {
    expect(tooBig(50 * 2 ** 20)).toBeUndefined();
    expect(tooBig(73 * 2 ** 20)).toContain("73 MB");
  });

  it("with many statuses keeps the frequent ones, and counts the rare ones as 500", () => {
    const entries = Array.from({ length: 12 }, (_, kind) =>
      Array.from({ length: 20 - kind }, () => entry({ status: kind === 0 ? 429 : 510 + kind })),
    ).flat();
    const { statuses } = read(har(...entries, ...entries.map(() => entry({}))));
    expect(statuses?.size).toBe(8);
    expect([...(statuses?.values() ?? [])].reduce((all, share) => all + share, 0)).toBeCloseTo(0.5, 2);
    expect(statuses?.get(500)).toBeGreaterThan(0.1);
  });
});

describe("What was measured", () => {
  it("goes through a link unharmed, without an escape, and is short", () => {
    const entries = Array.from({ length: 500 }, (_, at) =>
      entry({ wait: 20 + at * 7.77, size: at * 333, status: at % 9 ? 200 : 429 }),
    );
    const reading = readMeasured(har(...entries));
    if (!reading.isRead) throw new Error(reading.words);
    const link = toLink({ ...DEFAULTS, measured: reading.value });
    expect(link).not.toContain("%");
    expect(link.length).toBeLessThan(600);
    expect(fromLink(link).measured).toBe(reading.value);
  });

  it("is nothing where the link has nonsense", () => {
    for (const text of [
      "n1_t",
      "n1_t-5",
      "n1_t5-",
      "n1_t700000",
      "n1_t5-6",
      "n0_t5",
      "n200000_t5",
      "n2_t5_s429",
      "n2_t5_s429*",
      "n2_t5_s429*120",
      "n2_t5_s200*5",
      "n2_t5_b1.5",
      "n2_tNaN",
      "n2_t1.2.3",
      `n100_t${"5-".repeat(64)}5`,
      "n2_t5 ",
    ]) {
      expect(fromLink(`measured=${encodeURIComponent(text)}`).measured, text).toBe("");
    }
    expect(fromLink("measured=n2_t5_s_b0").measured).toBe("n2_t5_s_b0");
  });
});

describe("A server as it was measured", () => {
  const settings = { ...DEFAULTS, upload: 0, errors: 50, measured: "n1000_t10-20.4_s429*3-503*1_b500-70000" };

  it("takes the times, says no as often and with the same statuses, and sends such bodies", () => {
    const { latency, errors, errorStatuses = [], body } = behaviorFor("a.example", settings, false);
    expect(latency).toEqual([10, 20]);
    expect(errors).toBeCloseTo(0.04);
    const share = errorStatuses.filter((status) => status === 429).length / errorStatuses.length;
    expect(share).toBeCloseTo(0.75);
    expect(new Set(errorStatuses)).toEqual(new Set([429, 503]));
    const draw = body as (random: () => number, request: Request) => unknown;
    const request = new Request("https://a.example/");
    expect([0, 0.999].map((luck) => draw(() => luck, request))).toEqual([500, 70_000]);
  });

  it("follows the sliders in what was not measured", () => {
    const { errors, body } = behaviorFor("a.example", { ...settings, measured: "n2_t10-20" }, false);
    expect(errors).toBe(0.5);
    expect((body as (random: () => number) => unknown)(() => 0.5)).toMatchObject({ content: 24 * 1024 });
    expect(behaviorFor("a.example", { ...settings, measured: "n2_t10-20_s" }, false).errors).toBe(0);
    expect(behaviorFor("a.example", { ...settings, measured: "", upload: 100 }, false).latency).toBeTypeOf("function");
    expect(behaviorFor("a.example", { ...settings, upload: 100, speed: 200 }, false).latency).toEqual([510, 520]);
  });
});
