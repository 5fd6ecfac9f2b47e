import { beforeEach, describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();
let play: PlaygroundPage;

beforeEach(async () => {
  play = await pages.open(STILL);
});

describe("The simulated server's controls", () => {
  it("latency is when the headers come", async () => {
    await play.burst({ burst: 1, latency: 250 });
    await play.step(400);
    expect(await play.times("headers")).toEqual([250]);
  });

  it("its spread is none, even, or has a long tail", async () => {
    const spreads: number[] = [];
    for (const shape of ["fixed", "even", "tail"] as const) {
      await play.burst({ burst: 50, workers: 50, shape, latency: 400 });
      await play.step(4000);
      const all = await play.times("headers");
      spreads.push(Math.max(...all) - Math.min(...all));
    }
    const [fixed = -1, even = -1, tail = -1] = spreads;
    expect(fixed).toBe(0);
    expect(even).toBeGreaterThan(200);
    expect(even).toBeLessThanOrEqual(400);
    expect(tail).toBeGreaterThan(400);
  });

  it("errors are responses: the tasks succeed", async () => {
    await play.burst({ errors: 100 });
    await play.step(500);
    expect(await play.counts("succeeded", "failed")).toEqual({ succeeded: 10, failed: 0 });
    expect(await play.finishes()).toEqual(Array.from({ length: 10 }, () => expect.stringMatching(/^ok: 50[03] /)));
  });

  it("resets come before the headers or in the body, and fail the tasks", async () => {
    await play.burst({ resets: 100, body: 64 });
    await play.step(2000);
    expect(await play.counts("failed")).toEqual({ failed: 10 });
    const ends = await play.finishes();
    expect(ends.some((what) => what.startsWith("not ok: no answer"))).toBe(true);
    expect(ends.some((what) => what.startsWith("not ok: cut short"))).toBe(true);
  });

  it("beyond the limit the answer is 429, until Retry-After has passed", async () => {
    await play.burst({ burst: 5, limit: 2, retryAfter: 2 });
    await play.step(200);
    const first = await play.finishes();
    expect(first.filter((what) => what.startsWith("ok: 200"))).toHaveLength(2);
    expect(first.filter((what) => what.startsWith("ok: 429"))).toHaveLength(3);
    await play.step(1000);
    await play.page.click("[data-way=send]");
    await play.step(100);
    expect((await play.finishes()).at(-1)).toContain("ok: 429");
    await play.step(1000);
    await play.page.click("[data-way=send]");
    await play.step(100);
    expect((await play.finishes()).at(-1)).toContain("ok: 200");
  });

  it("a limit may be that of the first hosts, errors those of the last", async () => {
    const scene = {
      burst: 12,
      workers: 12,
      queueSize: 12,
      hosts: 3,
      limit: 1,
      limitHosts: 1,
      errors: 100,
      errorHosts: 1,
    };
    await play.burst(scene);
    await play.step(200);
    const ends = await play.finishes();
    const of = (host: string): string[] => ends.filter((what) => what.includes(host)).map((what) => what.slice(4, 7));
    expect(of("a.example")).toEqual(["429", "429", "429", "200"]);
    expect(of("b.example")).toEqual(["200", "200", "200", "200"]);
    expect(of("c.example").every((status) => /50[03]/.test(status))).toBe(true);
  });

  it("beyond its capacity it slows down: all share it in equal parts", async () => {
    await play.burst({ burst: 8, workers: 8, capacity: 2 });
    await play.step(1000);
    expect(await play.times("headers")).toEqual(Array.from({ length: 8 }, () => 400));
    await play.burst({ burst: 2, workers: 8, capacity: 2 });
    await play.step(1000);
    expect(await play.times("headers")).toEqual([100, 100]);
  });

  it("its capacity halves every other so many seconds", async () => {
    const scene = { burst: 8, workers: 8, capacity: 4, halving: 5 };
    await play.burst(scene);
    await play.step(1000);
    expect(new Set(await play.times("headers"))).toEqual(new Set([200]));
    for (const [wait, end] of [
      [5000, 6400],
      [5000, 12_200],
    ] as const) {
      await play.step(wait);
      await play.press("burst");
      const at = await play.time();
      await play.step(1000);
      const newest = (await play.times("headers")).slice(-8);
      expect(new Set(newest), `${at}`).toEqual(new Set([end]));
    }
  });

  it("body and bandwidth make the time between headers and finish", async () => {
    await play.burst({ burst: 1, body: 64, speed: 1000 });
    await play.step(500);
    const [fast = 0] = await play.times("finish");
    await play.burst({ burst: 1, body: 64, speed: 100 });
    await play.step(2000);
    const [slow = 0] = await play.times("finish");
    expect((slow - 100) / (fast - 100)).toBeCloseTo(10, 0);
  });

  it("big bodies are cancelled when nobody reads them", async () => {
    await play.burst({ burst: 1, big: 100, reads: "nothing", speed: 100 });
    await play.step(200);
    expect(await play.times("finish")).toEqual([100]);
  });

  it("hosts are asked in turn, and those that are down are reset", async () => {
    await play.burst({ burst: 3, workers: 3, hosts: 3, down: 1 });
    await play.step(200);
    const ends = await play.finishes();
    expect(ends.filter((what) => what.startsWith("ok: 200"))).toHaveLength(2);
    expect(ends.filter((what) => what.startsWith("not ok: no answer"))).toEqual([expect.stringContaining("c.example")]);
  });
});
