import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dependencies, install, type Installation, root } from "./installation.ts";

/* What the README shows of testing one's own code is run as it stands there. */

const [, recipe = ""] =
  /^## Testing your own code\n.*?^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];

/** Node reads it whether a run of tests started it or not. */
const FLAGS = ["--test-reporter=tap"];

let installation: Installation;

beforeAll(() => {
  installation = install(dependencies);
});

afterAll(() => installation.remove());

test("the test that the README shows passes", async () => {
  const { code, stdout, stderr } = await installation.node("recipe.test.mjs", recipe, FLAGS);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("ok 1 - my settings never get a 429 from a provider with a bucket of 4 a second");
  expect(stdout).toContain("# pass 1");
});

test("it fails for a pace that is a little faster than the provider", async () => {
  const [right, wrong] = ["period: 500", "period: 490"];
  expect(recipe).toContain(right);
  const { code, stdout } = await installation.node("wrong.test.mjs", recipe.replace(right, wrong), FLAGS);
  expect(code).toBe(1);
  expect(stdout).toContain("# fail 1");
});
