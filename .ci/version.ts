import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Under which heading what needs a change of the user's is listed. */
const BREAKING = "Needs a change of yours";
const NEW = "New";

/** The next version by Semantic Versioning, from what is listed under "Unreleased". @throws {Error} Nothing is. */
export function nextVersion(current: string, changelog: string): string {
  const listed = unreleasedOf(changelog);
  if (!/^- /m.test(listed))
    throw new Error('CHANGELOG.md lists nothing under "Unreleased": there is nothing to release');
  // The version that package.json began with is still to come.
  if (!new RegExp(`^## ${current.replaceAll(".", "\\.")}\\b`, "m").test(changelog)) return current;
  const [major = 0, minor = 0, patch = 0] = current.split(".").map(Number);
  const isBreaking = listed.includes(`### ${BREAKING}\n`);
  // npm's ^ takes the second number for the first while that is 0.
  if (major === 0) return isBreaking ? `0.${minor + 1}.0` : `0.${minor}.${patch + 1}`;
  if (isBreaking) return `${major + 1}.0.0`;
  return listed.includes(`### ${NEW}\n`) ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

/** The changelog once a version is out: what was not released is that version's. */
export function releasedChangelog(changelog: string, version: string, day: string): string {
  return changelog.replace(/^## Unreleased$/m, () => `## Unreleased\n\n## ${version} (${day})`);
}

/** Writes a version into jsr.json. npm's own files are for `npm version`. */
export function writeJsrVersion(folder: string, version: string): void {
  const file = join(folder, "jsr.json");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/("version": ")[^"]*/, (_, start: string) => start + version),
  );
}

/** What package.json and jsr.json lack for a release, a sentence each. */
export function lacks(folder: string): readonly string[] {
  const read = (name: string): Readonly<Record<string, unknown>> =>
    JSON.parse(readFileSync(join(folder, name), "utf8")) as Readonly<Record<string, unknown>>;
  const { repository } = read("package.json");
  const { name } = read("jsr.json");
  const url =
    typeof repository === "object" && repository !== null && "url" in repository ? repository.url : repository;
  return [
    ...(typeof url === "string" && url !== ""
      ? []
      : ["`repository` is not set in package.json: npm's provenance needs to know where the sources are"]),
    // "@scope" stands there for the scope that is to come: nothing else has the form that JSR's dry run asks for.
    ...(typeof name === "string" && /^@(?!scope\/)[a-z\d-]+\/[a-z\d-]+$/.test(name)
      ? []
      : ["`name` in jsr.json has no scope yet: JSR publishes `@scope/name` only"]),
  ];
}

function unreleasedOf(changelog: string): string {
  const [, rest = ""] = changelog.split(/^## Unreleased$/m);
  const [section = ""] = rest.split(/^## \d/m);
  return section;
}
