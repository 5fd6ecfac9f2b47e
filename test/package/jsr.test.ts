import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { fileOf, root, subPaths } from "./installation.ts";

interface Npm {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface Jsr {
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), "utf8"));
const npm = read("package.json") as Npm;
const jsr = read("jsr.json") as Jsr;

describe("the package for JSR", () => {
  it("is the version and licence that npm has", () => {
    expect([jsr.version, jsr.license]).toEqual([npm.version, npm.license]);
  });

  it("has npm's sub-paths, as sources", () => {
    const sources = subPaths.map((subPath) => [subPath, `./src/${fileOf(subPath)}.ts`]);
    expect(jsr.exports).toEqual(Object.fromEntries(sources));
  });

  it("has npm's dependencies, in the same ranges", () => {
    const ranges = Object.entries({ ...npm.dependencies, ...npm.peerDependencies });
    expect(jsr.imports).toEqual(Object.fromEntries(ranges.map(([name, range]) => [name, `npm:${name}@${range}`])));
  });

  it("passes every check that publishing makes", async () => {
    const args = ["publish", "--dry-run", "--allow-dirty", "--config", "jsr.json"];
    const env = { ...process.env, NO_COLOR: "1" };
    const { stderr } = await promisify(execFile)(join(root, "node_modules/.bin/deno"), args, { cwd: root, env });
    expect(stderr).toContain("Success Dry run complete");
    expect(stderr).not.toMatch(/warning/i);
  });
});
