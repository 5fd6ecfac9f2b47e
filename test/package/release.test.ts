import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lacks, nextVersion, releasedChangelog } from "../../.ci/version.ts";
import { type Outcome, root, run } from "./installation.ts";

const BREAKING = "### Needs a change of yours\n\n- One.\n";
const NEW = "### New\n\n- One.\n";
const MENDED = "### Mended\n\n- One.\n";

const changelog = (listed: string, ...released: readonly string[]): string =>
  `# Changelog\n\n## Unreleased\n\n${listed}\n${released.map((version) => `## ${version} (2026-01-01)\n\n${BREAKING}`).join("\n")}`;

describe("the next version", () => {
  test.each([
    ["0.1.0", "0.1.0", BREAKING + NEW, []],
    ["0.1.0", "0.2.0", BREAKING + NEW, ["0.1.0"]],
    ["0.1.0", "0.1.1", NEW + MENDED, ["0.1.0"]],
    ["0.1.9", "0.1.10", MENDED, ["0.1.9", "0.1.0"]],
    ["1.2.3", "2.0.0", BREAKING + MENDED, ["1.2.3"]],
    ["1.2.3", "1.3.0", NEW + MENDED, ["1.2.3"]],
    ["1.2.3", "1.2.4", MENDED, ["1.2.3"]],
  ])("after %s is %s, by what the changelog lists", (current, next, listed, released) => {
    expect(nextVersion(current, changelog(listed, ...released))).toBe(next);
  });

  test("is none where nothing is listed", () => {
    expect(() => nextVersion("0.1.0", changelog("", "0.1.0"))).toThrow("there is nothing to release");
  });

  test("takes what was listed, and leaves an empty list", () => {
    const after = releasedChangelog(changelog(NEW, "0.1.0"), "0.1.1", "2026-02-03");
    expect(after).toContain(`## Unreleased\n\n## 0.1.1 (2026-02-03)\n\n${NEW}`);
    expect(() => nextVersion("0.1.1", after)).toThrow("there is nothing to release");
  });

  test("can be told from this changelog", () => {
    expect(nextVersion("0.1.0", readFileSync(join(root, "CHANGELOG.md"), "utf8"))).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

/** Whether something of the repository is its own, and was not made from it. */
function isSource(path: string): boolean {
  return !/^(?:node_modules|dist|dist-docs|reports|coverage|\.git|\.stryker-tmp)$/.test(path.slice(root.length));
}

/** A copy of the repository, with what its files in JSON say otherwise, as its only commit. */
function copyWith(changes: Readonly<Record<string, object>>): string {
  const folder = join(mkdtempSync(join(tmpdir(), "httppool-")), "copy");
  mkdirSync(folder);
  cpSync(root, folder, { recursive: true, filter: isSource });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [file, change] of Object.entries(changes)) {
    const text = readFileSync(join(folder, file), "utf8");
    writeFileSync(join(folder, file), JSON.stringify({ ...(JSON.parse(text) as object), ...change }, undefined, 2));
  }
  const git = (...args: readonly string[]): unknown =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], { cwd: folder });
  git("init", "--quiet", "--initial-branch=main");
  // A link is no folder, which .gitignore names.
  writeFileSync(join(folder, ".git", "info", "exclude"), "node_modules\n");
  git("add", ".");
  git("commit", "--quiet", "--message", "All");
  return folder;
}

const release = (folder: string, ...flags: readonly string[]): Promise<Outcome> =>
  run(process.execPath, [join(folder, ".ci", "release.ts"), ...flags], folder);

const REPOSITORY = { type: "git", url: "git+https://git.example.com/somebody/httppool.git" };

describe("a release", () => {
  let complete: string;
  let incomplete: string;

  beforeAll(() => {
    complete = copyWith({ "package.json": { repository: REPOSITORY }, "jsr.json": { name: "@example/httppool" } });
    incomplete = copyWith({ "package.json": { repository: undefined }, "jsr.json": { name: "@scope/httppool" } });
  });

  afterAll(() => {
    for (const folder of [complete, incomplete]) rmSync(dirname(folder), { recursive: true, force: true });
  });

  test("is refused while nobody has said where the sources are, and in which scope JSR has it", async () => {
    expect(lacks(complete)).toEqual([]);
    const { code, stderr } = await release(incomplete);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^`repository` is not set.*\n`name` in jsr\.json has no scope yet.*\nREFUSED: /,
      ) as string,
    });
  });

  test.each([
    { flags: ["--skip-gates"], why: "--skip-gates is for --dry-run only" },
    { flags: ["--upload", "--skip-gates"], why: "--skip-gates is for --dry-run only" },
    { flags: ["--upload", "--dry-run"], why: "--dry-run uploads nothing" },
    { flags: ["--upload"], why: "the commit has no tag" },
  ])("is refused with $flags: $why", async ({ flags, why }) => {
    expect(await release(complete, ...flags)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(why) as string,
    });
  });

  test("rehearsed, does all but the upload, and leaves the repository as it was", async () => {
    const out = join(dirname(complete), "out");
    const { code, stdout, stderr } = await release(complete, "--dry-run", "--skip-gates", "--out", out);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("LEFT OUT: the gates") as string,
    });
    const [, version = "", clone = ""] =
      /^Dry run of v(\S+): nothing was uploaded\..*the sources in (.*)$/m.exec(stdout) ?? [];
    try {
      expect(stderr).toMatch(/Success.* Dry run complete/);
      expect(readdirSync(out).toSorted()).toEqual([`httppool-${version}.tgz`, "sbom.cdx.json"]);
      const packed = execFileSync("tar", ["-xzOf", join(out, `httppool-${version}.tgz`), "package/package.json"]);
      expect(JSON.parse(packed.toString())).toMatchObject({
        version,
        repository: REPOSITORY,
        publishConfig: { access: "public", provenance: true },
      });
      const bill = JSON.parse(readFileSync(join(out, "sbom.cdx.json"), "utf8")) as {
        components: readonly { name: string }[];
      };
      expect(bill.components.map(({ name }) => name).toSorted()).toEqual(["eventemitter3", "ky", "p-queue"]);
      expect(readFileSync(join(clone, "CHANGELOG.md"), "utf8")).toContain(`\n## ${version} (`);
      expect(JSON.parse(readFileSync(join(clone, "jsr.json"), "utf8"))).toMatchObject({ version });
      expect(execFileSync("git", ["tag", "--points-at", "HEAD"], { cwd: clone, encoding: "utf8" })).toBe(
        `v${version}\n`,
      );
      expect(execFileSync("git", ["status", "--porcelain"], { cwd: complete, encoding: "utf8" })).toBe("");
      expect(execFileSync("git", ["tag"], { cwd: complete, encoding: "utf8" })).toBe("");
    } finally {
      rmSync(dirname(clone), { recursive: true, force: true });
    }
  });
});

describe("the workflows", () => {
  const folder = join(root, ".github", "workflows");
  const workflows = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

  test.each(workflows)("%s uses GitHub's own actions only, by their major version", (_, text) => {
    const uses = Array.from(text.matchAll(/uses: (.*)/g), ([, action]) => action);
    expect(uses.length).toBeGreaterThan(0);
    expect(uses).toEqual(uses.map(() => expect.stringMatching(/^actions\/[a-z-]+@v\d+$/) as string));
  });

  test("CI runs .ci/run, and a release the script of that name", () => {
    const texts = Object.fromEntries(workflows);
    expect(texts["ci.yml"]).toMatch(/run: \.ci\/run$/m);
    expect(texts["release.yml"]).toMatch(/run: npm run release -- --upload /);
    expect(existsSync(join(root, ".ci", "run"))).toBe(true);
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    expect(scripts).toMatchObject({ release: "node .ci/release.ts" });
  });
});
