import { expect, test } from "vitest";
import { serve } from "../examples/support/stage.ts";
import { useGuide } from "./support/guide.ts";

type Code = { deliver(urls: readonly string[], count: (origin: string, outcome: string) => void): Promise<void> };

const guide = useGuide("events");

test.each(["before.ts", "after.ts"])("%s counts what came of each request, also where nobody listens", async (file) => {
  const [good, bad, gone] = [await serve(() => ({})), await serve(() => ({ status: 500 })), await serve(() => ({}))];
  const origins = [good.url, bad.url, gone.url];
  await gone.close();
  const { deliver } = await guide.load<Code>(file);
  const counts: Record<string, number> = {};
  await deliver(
    origins.flatMap((origin) => [`${origin}/1`, `${origin}/2`]),
    (origin, outcome) => {
      const key = `${origins.indexOf(origin)} ${outcome}`;
      counts[key] = (counts[key] ?? 0) + 1;
    },
  );
  expect(counts).toEqual({ "0 200": 2, "1 500": 2, "2 failed": 2 });
});
