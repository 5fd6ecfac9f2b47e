import { expect, test } from "vitest";
import { runChild } from "../support/child.ts";
import { answer } from "../support/raw-answer.ts";
import type { Results } from "./children/polluted-request.ts";
import type { Seen } from "./children/polluted-clients.ts";
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

test("24. a polluted Object.prototype changes no request that plain fetch sends unharmed", async () => {
  const server = await serve(({ end }) => end(answer("hello")));
  const script = new URL("children/polluted-request.ts", import.meta.url);
  const { code, stdout, stderr } = await runChild(script, [server.origin]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const results = JSON.parse(stdout) as Results;
  /* All that the server saw, but for the path, which says who it was, by that path. */
  const seen = new Map(server.requests.map(({ path, head, method }) => [path.slice(1), head.replace(path, method)]));
  const differing: string[] = [];
  let compared = 0;
  for (const [name, result] of Object.entries(results)) {
    const [polluted = "", , kind = ""] = name.split("/");
    const plain = `${polluted}/plain/${kind}`;
    // Where Node's own fetch, or the user's own `new Request()`, reads it, there is nothing to save.
    if (results[plain] !== "hello" || (polluted === "referrer" && kind === "referred")) continue;
    compared++;
    const isSame = seen.get(name) === seen.get(plain) && (result === "hello" || result === "nothing");
    if (!isSame) differing.push(`${name}: ${String(result)}\n${seen.get(name)}\n${seen.get(plain)}`);
  }
  expect(differing).toEqual([]);
  expect(compared).toBeGreaterThan(1000);
});

test("24. a polluted Object.prototype changes no request of a client, with ky or without", async () => {
  const server = await serve(({ head, end }) => end(answer(head)));
  const child = new URL("children/polluted-clients.ts", import.meta.url);
  const { code, stdout, stderr } = await runChild(child, [server.origin]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const [name, ways] of Object.entries(JSON.parse(stdout) as Seen)) {
    const { plain } = ways;
    expect({ name, ...ways }).toEqual({ name, ...Object.fromEntries(Object.keys(ways).map((way) => [way, plain])) });
  }
});
