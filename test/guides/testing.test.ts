import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Outcome, run } from "../package/installation.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("testing");

/** Runs a file of tests as it stands there. Node reads the reporter whether a run of tests started it or not. */
const runTests = (file: string, ...flags: readonly string[]): Promise<Outcome> =>
  run(process.execPath, ["--test-reporter=tap", ...flags, file], guide.folder);

test.each([
  ["before.test.ts", ["my settings make five calls"]],
  [
    "after.test.ts",
    [
      "my settings never get a 429 from a provider with a bucket of 4 a second",
      "a provider that is down for a minute costs no call",
    ],
  ],
  ["own.test.ts", ["a job that takes an hour is asked for 61 times"]],
])("the tests in %s pass", async (file, names) => {
  const { code, stdout, stderr } = await runTests(file);
  expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
  expect(Array.from(stdout.matchAll(/^ok \d+ - (.*)$/gm), ([, name]) => name)).toEqual(names);
});

test("they fail for one retry too few", async () => {
  const { code, stdout } = await wrongly(
    "after.test.ts",
    "limit: 10",
    "limit: 7",
    "--test-name-pattern=down for a minute",
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/^not ok 1 - a provider that is down for a minute/m);
});

test("that of before passes with any settings", async () => {
  const { code, stdout } = await wrongly("before.test.ts", "period: 50", "period: 0");
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("# pass 1") as string });
});

/** Runs a file of tests with a mistake in it. */
async function wrongly(file: string, right: string, wrong: string, ...flags: readonly string[]): Promise<Outcome> {
  const code = guide.files.get(file) ?? "";
  expect(code).toContain(right);
  writeFileSync(join(guide.folder, "wrong.test.ts"), code.replace(right, wrong));
  return runTests("wrong.test.ts", ...flags);
}
