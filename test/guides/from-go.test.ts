import type { Consumer } from "httppool";
import { expect, test } from "vitest";
import { serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("from-go");

test("two slots and three places take five of eight at once, and each of those is consumed", async () => {
  const open = Promise.withResolvers<void>();
  const server = await serve(() => open.promise.then(() => ({})));
  const { deliver } = await guide.load<{ deliver(urls: readonly string[], consumer: Consumer): Promise<number> }>(
    "after.ts",
  );
  const consumed: string[] = [];
  const urls = Array.from({ length: 8 }, (_, index) => `${server.url}/${index}`);
  const dropped = deliver(urls, (_, { url }) => void consumed.push(url));
  await until(() => server.arrivals.length === 2);
  open.resolve();
  expect(await dropped).toBe(3);
  expect(consumed.toSorted()).toEqual(urls.slice(0, 5));
  expect(server.arrivals.map(({ method, body }) => `${method} ${body.toString()}`)).toEqual(
    Array(5).fill("POST an event"),
  );
});
