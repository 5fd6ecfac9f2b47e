/* Whether a change of the public API is told: `node test/package/api-changes.ts [base]` compares what is here with a commit. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REPORTS } from "./api-report.ts";
import { root } from "./installation.ts";

/** What is compared: the reports of the API by file, and the changelog. */
export interface State {
  readonly reports: ReadonlyMap<string, string>;
  readonly changelog: string;
}

/** The reports that differ, though the changelog has no new line for the next release, or for one that comes with them. */
export function untoldChanges(before: State, after: State): readonly string[] {
  const names = new Set([...before.reports.keys(), ...after.reports.keys()]);
  const changed = [...names].filter((name) => before.reports.get(name) !== after.reports.get(name));
  const old = sectionsOf(before.changelog);
  const told = new Set(old.get(UNRELEASED));
  const isOut = (heading: string): boolean => heading !== UNRELEASED && old.has(heading);
  const open = [...sectionsOf(after.changelog)].filter(([heading]) => !isOut(heading));
  return open.some(([, entries]) => entries.some((entry) => !told.has(entry))) ? [] : changed.toSorted();
}

const UNRELEASED = "Unreleased";

/** What a changelog lists, under each heading of a release. */
export function sectionsOf(changelog: string): ReadonlyMap<string, readonly string[]> {
  const [, ...sections] = changelog.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const [heading = "", ...lines] = section.split("\n");
      return [heading, lines.filter((line) => line.startsWith("- "))];
    }),
  );
}

/** What lies in a folder now, committed or not. */
export function stateNow(folder: string): State {
  const names = readdirSync(join(folder, REPORTS));
  return {
    reports: new Map(names.map((name) => [name, readFileSync(join(folder, REPORTS, name), "utf8")])),
    changelog: readFileSync(join(folder, "CHANGELOG.md"), "utf8"),
  };
}

/** What a commit has. */
export function stateAt(folder: string, commit: string): State {
  const paths = git(folder, "ls-tree", "-r", "--name-only", "-z", commit, "--", REPORTS, "CHANGELOG.md").split("\0");
  const read = (path: string): string => git(folder, "show", `${commit}:${path}`);
  const reports = paths.filter((path) => path.startsWith(`${REPORTS}/`));
  return {
    reports: new Map(reports.map((path) => [path.slice(REPORTS.length + 1), read(path)])),
    changelog: paths.includes("CHANGELOG.md") ? read("CHANGELOG.md") : "",
  };
}

/**
 * The commit that a change is judged against: where it left the base, or `origin/main` if none is given. On that branch
 * itself it is the commit before. undefined where there is no such commit, as in an unpacked archive or a shallow clone.
 */
export function baseOf(folder: string, base = "origin/main"): string | undefined {
  try {
    const head = git(folder, "rev-parse", "HEAD").trim();
    const fork = git(folder, "merge-base", base, "HEAD").trim();
    return fork === head ? git(folder, "rev-parse", "--verify", "--quiet", "HEAD^").trim() : fork;
  } catch {
    return undefined;
  }
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

if (import.meta.main) {
  const [asked = ""] = process.argv.slice(2);
  // A push that makes a branch has zeros for the commit before it.
  const given = /^0*$/.test(asked) ? undefined : asked;
  const base = baseOf(root, given);
  if (base === undefined && given !== undefined) {
    console.error(`There is no commit that both ${given} and this one come from: fetch the whole history.`);
    process.exitCode = 1;
  } else if (base === undefined) {
    console.error("LEFT OUT: whether changes of the public API are told, for want of a commit to compare with");
  } else {
    const untold = untoldChanges(stateAt(root, base), stateNow(root));
    for (const name of untold)
      console.error(`${REPORTS}/${name} changes, and nothing under "Unreleased" of CHANGELOG.md`);
    if (untold.length > 0) process.exitCode = 1;
    else console.log(`The public API is as in ${base.slice(0, 7)}, or its change is told.`);
  }
}
