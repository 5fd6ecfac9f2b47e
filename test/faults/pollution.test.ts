import { expect, test } from "vitest";
import { runChild } from "../support/child.ts";
import { answer } from "../support/raw-answer.ts";
import type { Seen } from "./children/polluted-requests.ts";
import type { Polluted } from "./children/pollution.ts";
import { serve } from "./stage.ts";

test("24. a polluted Object.prototype sets no option", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const { code, stdout, stderr } = await runChild(new URL("children/pollution.ts", import.meta.url), [server.origin]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const seen = JSON.parse(stdout) as Polluted;
  expect(seen.full.name).not.toBe("polluted");
  expect(seen).toMatchObject({
    full: { accepted: 110, running: 10, waiting: 100 },
    settled: Array.from({ length: 20 }, () => "hello"),
    text: "hello",
    fetched: "hello",
    mapped: ["hello", "hello"],
    failures: 0,
    called: [],
  });
  const unread = server.requests.filter(({ path }) => path === "/unread");
  expect(new Set(unread.map(({ socket }) => socket)).size).toBeLessThanOrEqual(2);
});

test("a polluted Object.prototype changes no request that plain fetch sends unharmed", async () => {
  const server = await serve(({ head, end }) => end(answer(head)));
  const child = new URL("children/polluted-requests.ts", import.meta.url);
  const { code, stdout, stderr } = await runChild(child, [server.origin]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const [name, ways] of Object.entries(JSON.parse(stdout) as Seen)) {
    const { plain } = ways;
    expect({ name, ...ways }).toEqual({ name, ...Object.fromEntries(Object.keys(ways).map((way) => [way, plain])) });
  }
});
