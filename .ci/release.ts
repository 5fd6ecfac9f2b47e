/*
 * A release, in two steps, and a rehearsal of both.
 *
 *   npm run release                   writes the version and the changelog, commits and tags them; pushing the tag is yours
 *   npm run release -- --upload       what CI does then: all gates, the package, its bill of materials, JSR and npm
 *   npm run release -- --dry-run      all of it in a clone of the last commit, but for the upload
 *
 * `--skip-gates`, with `--dry-run` only, leaves out `.ci/run`. `--out FOLDER` is where the package and its bill of materials go.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lacks, nextVersion, releasedChangelog, writeJsrVersion } from "./version.ts";

const root = resolve(import.meta.dirname, "..");

const { values } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    upload: { type: "boolean", default: false },
    "skip-gates": { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const isDry = values["dry-run"];
const skipsGates = values["skip-gates"];

if (skipsGates && !isDry) refuse("--skip-gates is for --dry-run only: nothing is released that has not passed");
if (isDry && values.upload) refuse("--dry-run uploads nothing: leave one of the two out");
const missing = lacks(root);
for (const what of missing) console.error(isDry ? `WOULD BE REFUSED: ${what}` : what);
if (missing.length > 0 && !isDry) refuse("nothing has been released");
const isClean = run(root, "git", "status", "--porcelain") === "";
if (!isClean && !isDry) refuse("what is not committed can't be released");

if (isDry) rehearse();
else if (values.upload) upload();
else console.log(`${prepare(root)} is committed and tagged. To release it: git push --follow-tags`);

function rehearse(): void {
  if (!isClean) console.error("LEFT OUT: what is not committed");
  const clone = join(mkdtempSync(join(tmpdir(), "httppool-release-")), "httppool");
  run(root, "git", "clone", "--quiet", root, clone);
  const tag = prepare(clone);
  const out = produce(clone);
  if (skipsGates)
    console.error("LEFT OUT: the gates (.ci/run), as --skip-gates asks: this says nothing about a release");
  for (const what of missing) console.error(`WOULD BE REFUSED: ${what}`);
  console.log(`Dry run of ${tag}: nothing was uploaded. The package is in ${out}, the sources in ${clone}`);
  if (missing.length > 0) process.exitCode = 1;
}

function upload(): void {
  const tag = `v${versionOf(root)}`;
  const tags = run(root, "git", "tag", "--points-at", "HEAD").split("\n");
  if (!tags.includes(tag)) refuse(`the commit has no tag ${tag}: \`npm run release\` makes it`);
  const out = produce(root);
  // JSR first: it refuses a scope that is not ours, and then nothing is on npm yet.
  show(root, "npx", "deno", "publish", "--config", "jsr.json");
  show(root, "npm", "publish", join(out, tarballOf(root)));
}

/** Writes the next version and its changelog, commits and tags them. Gives the tag. */
function prepare(folder: string): string {
  const file = join(folder, "CHANGELOG.md");
  const changelog = readFileSync(file, "utf8");
  const version = nextVersion(versionOf(folder), changelog);
  writeFileSync(file, releasedChangelog(changelog, version, new Date().toISOString().slice(0, 10)));
  writeJsrVersion(folder, version);
  run(folder, "npm", "version", version, "--no-git-tag-version", "--allow-same-version");
  // A clone that is thrown away needs nobody's name.
  const identity = isDry ? ["-c", "user.name=dry run", "-c", "user.email=dry-run@localhost"] : [];
  run(folder, "git", ...identity, "commit", "--quiet", "--all", "--message", `Version ${version}`);
  run(folder, "git", ...identity, "tag", "--annotate", `v${version}`, "--message", `Version ${version}`);
  return `v${version}`;
}

/** Passes the gates, and makes all that is uploaded. Gives the folder that it is in. */
function produce(folder: string): string {
  const out = values.out === undefined ? mkdtempSync(join(tmpdir(), "httppool-package-")) : resolve(values.out);
  mkdirSync(out, { recursive: true });
  if (skipsGates) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  else show(folder, join(folder, ".ci", "run"));
  show(folder, "npm", "run", "--silent", "build");
  show(folder, "npm", "pack", "--ignore-scripts", "--pack-destination", out);
  const bill = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "library", "--omit", "dev", "--package-lock-only"];
  writeFileSync(join(out, "sbom.cdx.json"), run(folder, "npm", ...bill));
  // To git, a link in the place of node_modules is something that is not committed.
  const dirt = skipsGates ? ["--allow-dirty"] : [];
  show(folder, "npx", "deno", "publish", "--dry-run", ...dirt, "--config", "jsr.json");
  return out;
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}

function tarballOf(folder: string): string {
  return `httppool-${versionOf(folder)}.tgz`;
}

function refuse(why: string): never {
  console.error(`REFUSED: ${why}`);
  process.exit(1);
}

/** Runs a program and gives what it prints. */
function run(cwd: string, program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Runs a program for all to see. */
function show(cwd: string, program: string, ...args: readonly string[]): void {
  console.log(`\n== ${[program, ...args].join(" ").replaceAll(cwd, ".")}`);
  execFileSync(program, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
}
