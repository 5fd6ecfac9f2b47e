import { expect, test } from "vitest";
import { endWithTest, serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("from-bottleneck");

test.each([
  ["before, what took too long runs on, and the next runs beside it", "before", false],
  ["after, what took too long is ended first", "after", true],
])("%s", async (_, file, isEnded) => {
  const server = await serve(({ path }) => (path === "/deaf" ? new Promise(() => {}) : { body: "an answer" }));
  const { read, stop } = await guide.load<{ read(url: string): Promise<string>; stop(): Promise<void> }>(`${file}.ts`);
  endWithTest(stop);
  const [late, answered] = await Promise.allSettled([read(`${server.url}/deaf`), read(`${server.url}/next`)]);
  expect([late.status, answered]).toEqual(["rejected", { status: "fulfilled", value: "an answer" }]);
  const [deaf] = server.arrivals;
  if (isEnded) await until(() => deaf?.hungUp === true);
  expect(server.arrivals.map(({ path, hungUp }) => [path, hungUp])).toEqual([
    ["/deaf", isEnded],
    ["/next", false],
  ]);
});
