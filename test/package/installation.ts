import { execFile, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Manifest {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The top of the repository. */
export const root: string = fileURLToPath(new URL("../../", import.meta.url));

const manifest = manifestOf(root);

/** The sub-paths that hold code, as in the `exports` of package.json: ".", "./lean" and so on. */
export const subPaths: readonly string[] = Object.keys(manifest.exports).filter((path) => path !== "./package.json");

/** What a consumer's package manager installs beside the package. */
export const dependencies: readonly string[] = Object.keys(manifest.dependencies ?? {});

/** What a consumer who wants all sub-paths installs too. */
export const peers: readonly string[] = Object.keys(manifest.peerDependencies ?? {});

/** What a consumer writes to import a sub-path. */
export function specifierOf(subPath: string): string {
  return `httppool${subPath.slice(1)}`;
}

/** The name of a sub-path's file, in src as in dist: "index", "lean" and so on. */
export function fileOf(subPath: string): string {
  return subPath === "." ? "index" : subPath.slice(2);
}

/** What a process left behind. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A consumer's folder, with the packed package in its node_modules. */
export interface Installation {
  readonly folder: string;
  /** What was unpacked. */
  readonly tarball: string;
  /** Writes a file of the consumer. */
  write(name: string, text: string): void;
  /** Runs a program of the consumer, in a fresh process. */
  node(name: string, text: string, flags?: readonly string[]): Promise<Outcome>;
  remove(): void;
}

/** Packs the package and lays the tarball out as npm would, beside these packages and all that they depend on. */
export function install(beside: readonly string[]): Installation {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "httppool-")));
  const tarball = pack(folder);
  const home = join(folder, "node_modules", "httppool");
  mkdirSync(home, { recursive: true });
  done("tar", ["-xzf", tarball, "-C", home, "--strip-components=1"]);
  for (const name of beside) copy(name, root, folder);
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  return {
    folder,
    tarball,
    write,
    node: (name, text, flags = []) => {
      write(name, text);
      return run(process.execPath, [...flags, name], folder);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a program to its end, or to the end of our patience. @param timeout How long that is, in ms. */
export function run(program: string, args: readonly string[], cwd: string, timeout = 100_000): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, timeout, maxBuffer: 2 ** 26 };
    const child = execFile(program, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

function pack(folder: string): string {
  done("npm", ["pack", "--ignore-scripts", "--pack-destination", folder]);
  return join(folder, `httppool-${manifest.version}.tgz`);
}

function done(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`, { cause: error });
}

/** Copies, since from a link the package would find what is in our own node_modules too. */
function copy(name: string, from: string, folder: string): void {
  const target = join(folder, "node_modules", name);
  if (existsSync(target)) return;
  const source = find(name, from);
  cpSync(source, target, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  for (const dependency of Object.keys(manifestOf(source).dependencies ?? {})) copy(dependency, source, folder);
}

/** The folder of a package, looked for as Node does. */
function find(name: string, from: string): string {
  const folder = join(from, "node_modules", name);
  if (existsSync(folder)) return realpathSync(folder);
  if (dirname(from) === from) throw new Error(`${name} is not installed`);
  return find(name, dirname(from));
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
