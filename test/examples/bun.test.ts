import { expect, test } from "vitest";
import type { Program } from "./support/program.ts";
import { run, serve } from "./support/stage.ts";
import { until } from "../support/until.ts";

const EVENTS = 8;

test("each subscriber is told each event, again when it was busy, and a deaf one holds up no other", async () => {
  const seen = new Set<string>();
  const open = Promise.withResolvers<void>();
  const fine = await serve(() => ({}));
  const busy = await serve(({ headers }) => {
    const id = String(headers["idempotency-key"]);
    if (seen.has(id)) return {};
    seen.add(id);
    return { status: 503, headers: { "retry-after": "0" } };
  });
  const deaf = await serve(async () => {
    await open.promise;
    return {};
  });
  const origins = [fine, busy, deaf];
  const program = start(origins.map(({ url }) => url));
  const url = await listening(program);
  for (let event = 0; event < EVENTS; event++) expect(await post(url, event)).toBe(202);
  // While the deaf one has all its slots taken.
  await until(() => deaf.arrivals.length === 4 && fine.arrivals.length === EVENTS);
  await until(() => busy.arrivals.length === 2 * EVENTS);
  open.resolve();
  // What was accepted is delivered before it ends.
  expect(await program.end(), program.stderr).toBe(0);
  const expected = Array.from({ length: EVENTS }, (_, event) => `{"event":${event}}`).toSorted();
  expect(bodies(fine)).toEqual(expected);
  expect(bodies(deaf)).toEqual(expected);
  expect(bodies(busy)).toEqual([...expected, ...expected].toSorted());
  expect(origins.map(({ most }) => most).filter((most) => most > 4)).toEqual([]);
});

test("who sends events faster than they can be told hears of it, and what was accepted is told", async () => {
  const open = Promise.withResolvers<void>();
  const deaf = await serve(async () => {
    await open.promise;
    return {};
  });
  const program = start([deaf.url]);
  const url = await listening(program);
  const statuses = [];
  for (let event = 0; event < 120; event++) statuses.push(await post(url, event));
  // Four are under way, a hundred wait.
  expect(statuses.filter((status) => status === 202)).toHaveLength(104);
  expect(statuses.filter((status) => status === 503)).toHaveLength(16);
  open.resolve();
  expect(await program.end(), program.stderr).toBe(0);
  expect(deaf.arrivals).toHaveLength(104);
});

function start(subscribers: readonly string[]): Program {
  return run({ runtime: "bun", file: "bun/fan-out.ts", env: { SUBSCRIBERS: subscribers.join(" "), PORT: "0" } });
}

const listening = (program: Program): Promise<string> => program.says(/http:\S+/);

async function post(url: string, event: number): Promise<number> {
  const response = await fetch(new URL("/events", url), { method: "POST", body: JSON.stringify({ event }) });
  await response.text();
  return response.status;
}

function bodies({ arrivals }: Awaited<ReturnType<typeof serve>>): readonly string[] {
  return arrivals.map(({ body }) => body.toString()).toSorted();
}
