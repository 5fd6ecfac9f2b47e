import { type ClientOptions, type Handler, isCircuitOpenError, type Pool, requestTask } from "httppool";
import { SimulatedServer, VirtualClock } from "httppool/lab";
import { expect, test } from "vitest";
import { serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("several-hosts");

test.each([
  ["before, a slow host has all slots, and another is not asked", "before", 0],
  ["after, a slow host has its own slots, and another has answered all", "after", 20],
])("%s", async (_, file, answered) => {
  const open = Promise.withResolvers<void>();
  const slow = await serve(() => open.promise.then(() => ({})));
  const quick = await serve(() => ({}));
  const urls = [slow, quick].flatMap(({ url }) => Array.from({ length: 20 }, (__, index) => `${url}/${index}`));
  const { poll } = await guide.load<{ poll(urls: readonly string[]): Promise<void> }>(`${file}.ts`);
  const done = poll(urls);
  await until(() => slow.arrivals.length === 4 && quick.arrivals.length >= answered);
  expect([slow.arrivals.length, quick.arrivals.length]).toEqual([4, answered]);
  open.resolve();
  await done;
  expect([slow.arrivals.length, quick.arrivals.length]).toEqual([20, 20]);
  expect([slow.most, quick.most <= 4]).toEqual([4, true]);
});

interface Api {
  startApi(options: ClientOptions): Pool;
  ask(api: Pool, url: string, key: string): Promise<string>;
  refresh(api: Pool, urls: readonly string[], key: string): Promise<void>;
}

test("what somebody waits for goes before a batch, and a key is given four requests a second", async () => {
  const { startApi, ask, refresh } = await guide.load<Api>("priority.ts");
  const clock = new VirtualClock();
  const server = new SimulatedServer({ clock });
  const api = startApi({ clock, handler: server.fetch });
  const batch = refresh(
    api,
    Array.from({ length: 40 }, (_, index) => `https://api.test/batch/${index}`),
    "key",
  );
  await clock.advance(1000);
  const asked = ask(api, "https://api.test/asked", "key");
  await clock.runUntilIdle();
  await Promise.all([batch, asked]);
  const paths = server.exchanges.map(({ url }) => new URL(url).pathname);
  // Five have started by then, the first at 0 ms.
  expect(paths.indexOf("/asked")).toBe(5);
  expect(server.exchanges.map(({ at }) => at)).toEqual(paths.map((__, index) => 250 * index));
  await api.close();
});

test("a breaker lets five failures through, then none", async () => {
  const { start } = await guide.load<{ start(delegate: Handler): Pool }>("breaker.ts");
  let sent = 0;
  const pool = start(() => {
    sent++;
    return Promise.resolve(new Response(null, { status: 500 }));
  });
  const outcomes: (number | boolean)[] = [];
  for (let call = 0; call < 8; call++) {
    const run = pool.run(requestTask("https://api.test/", ({ status }) => status));
    outcomes.push(await run.catch((error: unknown) => isCircuitOpenError(error)));
  }
  expect(outcomes).toEqual([500, 500, 500, 500, 500, true, true, true]);
  expect(sent).toBe(5);
  await pool.close();
});
