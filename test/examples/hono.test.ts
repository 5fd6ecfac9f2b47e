import { expect, test } from "vitest";
import type { Program } from "./support/program.ts";
import { run, serve } from "./support/stage.ts";
import { until } from "../support/until.ts";

test("a noisy tenant waits for itself: two at once, ten in line, the others are told to come back, and another goes first", async () => {
  const open = Promise.withResolvers<void>();
  const upstream = await serve(async ({ headers, body }) => {
    if (headers["x-tenant"] === "noisy") await open.promise;
    return { body: `you said ${body.toString()}` };
  });
  const url = await listening(start(upstream.url));
  const noisy = Array.from({ length: 30 }, () => ask(url, "noisy"));
  let refused = 0;
  for (const answer of noisy) void answer.then(({ status }) => (refused += Number(status === 429)));
  await until(() => refused === 18);
  expect(await ask(url, "quiet", "hello")).toEqual({ status: 200, text: "you said hello" });
  expect(upstream.arrivals.map(({ headers }) => headers["x-tenant"])).toEqual(["noisy", "noisy", "quiet"]);
  open.resolve();
  const answers = await Promise.all(noisy);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(12);
  expect(upstream.arrivals).toHaveLength(13);
  expect(upstream.most).toBeLessThanOrEqual(3);
});

test("a tenant that hangs up while it waits is not sent upstream", async () => {
  const open = Promise.withResolvers<void>();
  const upstream = await serve(async ({ headers }) => {
    if (headers["x-tenant"] === "a") await open.promise;
    return {};
  });
  const program = start(upstream.url);
  const url = await listening(program);
  const patient = [ask(url, "a"), ask(url, "a")];
  await until(() => upstream.arrivals.length === 2);
  const controller = new AbortController();
  const impatient = ask(url, "a", "never mind", controller.signal);
  // By then it waits.
  await ask(url, "b");
  controller.abort();
  await expect(impatient).rejects.toThrow(/abort/);
  await ask(url, "b");
  open.resolve();
  await Promise.all(patient);
  expect(await program.end(), program.stderr).toBe(0);
  expect(upstream.arrivals.map(({ body }) => body.toString())).toEqual(["", "", "", ""]);
});

test("who does not say who it is is sent away", async () => {
  const upstream = await serve(() => ({}));
  const url = await listening(start(upstream.url));
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([401, "Say who you are"]);
  expect(upstream.arrivals).toEqual([]);
});

function start(upstream: string): Program {
  return run({ runtime: "node", file: "hono/proxy.ts", env: { UPSTREAM: upstream, PORT: "0" } });
}

const listening = (program: Program): Promise<string> => program.says(/http:\S+/);

async function ask(
  url: string,
  tenant: string,
  body = "",
  signal?: AbortSignal,
): Promise<{ status: number; text: string }> {
  const init = { method: "POST", headers: { "x-tenant": tenant }, body };
  const response = await fetch(`${url}/echo`, signal === undefined ? init : { ...init, signal });
  return { status: response.status, text: await response.text() };
}
