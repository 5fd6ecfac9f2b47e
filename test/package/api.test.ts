import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { baseOf, sectionsOf, type State, stateAt, stateNow, untoldChanges } from "./api-changes.ts";
import { freshReports, keptReports, REPORTS } from "./api-report.ts";
import { fileOf, root, subPaths } from "./installation.ts";

const fresh = freshReports();
const kept = keptReports();

describe("the report of the public API", () => {
  test("there is one for each door, and no other", () => {
    const names = subPaths.map((subPath) => `${fileOf(subPath)}.api.md`).toSorted();
    expect([[...fresh.keys()].toSorted(), [...kept.keys()].toSorted()]).toEqual([names, names]);
  });

  test.each(subPaths)("%s is as its report says: else `npm run api`, and a line in CHANGELOG.md", (subPath) => {
    const name = `${fileOf(subPath)}.api.md`;
    expect(fresh.get(name)).toBe(kept.get(name));
  });

  test("it shows a type that is not exported but seen by users, and says nothing of doc comments", () => {
    expect(fresh.get("lean.api.md")).toContain("export interface Pool extends Dispatcher");
    expect(fresh.get("breaker.api.md")).toMatch(/^type Delegate</m);
    expect([...fresh.values()].join("\n")).not.toContain("(undocumented)");
  });
});

/** What a repository holds with such a report, and such entries for the next release. */
const state = (report: string, ...entries: readonly string[]): State => ({
  reports: new Map([["index.api.md", report]]),
  changelog: `# Changelog\n\n## Unreleased\n\n### New\n\n${entries.join("\n")}\n\n## 1.0.0\n\n- The first.\n`,
});

describe("a change of the public API", () => {
  test("needs a new line for the next release", () => {
    expect(untoldChanges(state("a", "- One."), state("b", "- One."))).toEqual(["index.api.md"]);
    expect(untoldChanges(state("a", "- One."), state("b", "- One.", "- Two."))).toEqual([]);
    expect(untoldChanges(state("a", "- One."), state("a", "- One."))).toEqual([]);
  });

  test("is a door that comes or goes, too", () => {
    const none: State = { ...state("a"), reports: new Map() };
    expect(untoldChanges(none, state("a"))).toEqual(["index.api.md"]);
    expect(untoldChanges(state("a"), none)).toEqual(["index.api.md"]);
  });

  test("is not told by a line under a release that is out", () => {
    const after = state("b");
    const changelog = after.changelog.replace("- The first.", "- The first.\n- The second.");
    expect(untoldChanges(state("a"), { ...after, changelog })).toEqual(["index.api.md"]);
  });

  test("is told by a line under a release that is made of it", () => {
    const after = state("b", "- Two.");
    const changelog = after.changelog.replace("## Unreleased", "## Unreleased\n\n## 1.1.0");
    expect(untoldChanges(state("a", "- One."), { ...after, changelog })).toEqual([]);
    expect(untoldChanges(state("a", "- Two."), { ...after, changelog })).toEqual(["index.api.md"]);
  });

  test("is told where this changelog tells it", () => {
    expect([...sectionsOf(readFileSync(join(root, "CHANGELOG.md"), "utf8")).keys()]).toContain("Unreleased");
  });
});

describe("what a change is compared with", () => {
  let folder: string;

  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.com", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();

  const commit = (report: string): string => {
    writeFileSync(join(folder, REPORTS, "index.api.md"), report);
    git("add", ".");
    git("commit", "-q", "-m", report);
    return git("rev-parse", "HEAD");
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "httppool-changes-"));
    mkdirSync(join(folder, REPORTS), { recursive: true });
    writeFileSync(join(folder, "CHANGELOG.md"), "# Changelog\n\n## Unreleased\n");
    git("init", "-q", "-b", "main");
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("is where the branch left its base, and on the base itself the commit before", () => {
    const first = commit("first");
    expect(baseOf(folder, "main")).toBeUndefined();
    const second = commit("second");
    expect(baseOf(folder, "main")).toBe(first);
    git("checkout", "-q", "-b", "topic");
    commit("third");
    commit("fourth");
    expect(baseOf(folder, "main")).toBe(second);
    expect(baseOf(folder, "nowhere")).toBeUndefined();
  });

  test("counts what is not committed yet", () => {
    const head = git("rev-parse", "HEAD");
    expect(untoldChanges(stateAt(folder, head), stateNow(folder))).toEqual([]);
    writeFileSync(join(folder, REPORTS, "lean.api.md"), "new");
    expect(untoldChanges(stateAt(folder, head), stateNow(folder))).toEqual(["lean.api.md"]);
  });
});
