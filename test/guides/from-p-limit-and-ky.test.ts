import { expect, test } from "vitest";
import { serve } from "../examples/support/stage.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("from-p-limit-and-ky");

test.each([
  ["before, what is tried again keeps its slot", "before", ["/a", "/a", "/b"]],
  ["after, another has the slot meanwhile", "after", ["/a", "/b", "/a"]],
])("%s", async (_, file, arrived) => {
  const server = await serve(({ path }) => ({
    status: server.arrivals.length === 1 ? 503 : 200,
    body: `title of ${path}`,
  }));
  const { titles } = await guide.load<{ titles(urls: readonly string[]): Promise<string[]> }>(`${file}.ts`);
  expect(await titles([`${server.url}/a`, `${server.url}/b`])).toEqual(["title of /a", "title of /b"]);
  expect(server.arrivals.map(({ path }) => path)).toEqual(arrived);
});
