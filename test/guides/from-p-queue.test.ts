import { expect, test } from "vitest";
import { serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { useGuide } from "./support/guide.ts";

type Code = { deliver(hooks: AsyncIterable<string>): Promise<void> };

const guide = useGuide("from-p-queue");

test.each([
  ["before", 1000],
  ["after", 111],
])(
  "%s: of 1,000 hooks, %i are read while nobody answers, and each is delivered once, ten at a time",
  async (file, most) => {
    const open = Promise.withResolvers<void>();
    const server = await serve(() => open.promise.then(() => ({})));
    const { deliver } = await guide.load<Code>(`${file}.ts`);
    let read = 0;
    const hooks = async function* (): AsyncGenerator<string> {
      for (; read < 1000;) yield `${server.url}/${read++}`;
    };
    const done = deliver(hooks());
    await until(() => server.arrivals.length === 10);
    await until(() => read >= most);
    expect(read).toBe(most);
    open.resolve();
    await done;
    expect(server.most).toBe(10);
    expect(new Set(server.arrivals.map(({ path }) => path)).size).toBe(1000);
    expect(server.arrivals).toHaveLength(1000);
  },
);
