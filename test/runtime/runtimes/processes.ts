import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Features, Result } from "../contract/contract.ts";
import { ROOT, type Stage } from "../stage.ts";
import { command, findCommand, packaged } from "./command.ts";
import { FEATURES, type Form, type Found, type Runtime } from "./runtime.ts";

const SERVER_FEATURES: Features = { ...FEATURES, asyncContext: true, collector: true };

/** The formats that a process can load, by the ending of the file that does. */
const FORMATS = [
  { name: "ESM", ending: "mjs" },
  { name: "CJS", ending: "cjs" },
] as const;

/**
 * Those beside the one that all scripts run on: the oldest that `engines` allows, and the newest. No devDependencies: each
 * would bring a `node` of its own into `.bin`.
 */
const NODE_VERSIONS: Readonly<Record<string, string>> = { 22: "22.3.0", 26: "26.9.0" };

const nodes = ["22", "24", "26"].map((major): Runtime => ({
  id: `node-${major}`,
  name: `Node ${major}`,
  find: async () => {
    const own = process.versions.node.startsWith(`${major}.`) ? process.execPath : undefined;
    const path = process.env[`NODE_${major}`] ?? own ?? (await installNode(NODE_VERSIONS[major] ?? major));
    return findCommand([path], ["--version"], `set NODE_${major} to its path: it could not be had from npm`);
  },
  forms: FORMATS.map(({ name, ending }) => ({
    name,
    run: (stage, found) => run(stage, found, ending, ["--expose-gc"]),
  })),
}));

const bun: Runtime = {
  id: "bun",
  name: "Bun",
  find: () => findCommand([packaged("bun", "bin/bun.exe")], ["--version"], "npm i -D bun, with its install script"),
  forms: FORMATS.map(({ name, ending }) => ({
    name,
    run: (stage, found) => run(stage, found, ending, ["--expose-gc", "run"]),
  })),
};

const deno: Runtime = {
  id: "deno",
  name: "Deno",
  find: () =>
    findCommand([join(ROOT, "node_modules/.bin/deno")], ["--version"], "npm i -D deno, with its install script"),
  forms: FORMATS.map(({ name, ending }): Form => ({
    name: `${name}, sanitizers on`,
    run: async (stage, found) => {
      const flags = [
        "--v8-flags=--expose-gc",
        "--no-remote",
        "--node-modules-dir=manual",
        "--allow-net=127.0.0.1",
        "--no-check",
      ];
      const { site } = stage;
      const file = `contract.test.${ending}`;
      const leaks = ["--sanitize-resources", "--sanitize-ops", "--trace-leaks", "--reporter=tap"];
      const args = ["test", ...flags, ...leaks, file, "--", JSON.stringify({ site, features: SERVER_FEATURES })];
      const { stdout, stderr } = await command(found.path, args, { cwd: stage.folder, env: plainEnv() });
      return parseTap(stdout, stderr);
    },
  })),
};

/** Puts a Node of npm into the cache. @returns Its path, undefined where npm has none or can't be reached. */
async function installNode(version: string): Promise<string | undefined> {
  const folder = join(ROOT, "node_modules/.cache/httppool", `node-${version}`);
  const name = `node-${process.platform.replace("win32", "win")}-${process.arch}`;
  const path = join(folder, "node_modules", name, "bin/node");
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", `${name}@${version}`];
  const { code } = await command("npm", args, { cwd: folder, env: plainEnv() }).catch(() => ({ code: 1 }));
  return code === 0 ? path : undefined;
}

/** The runtimes that are a process with a command line. */
export const processes: readonly Runtime[] = [...nodes, deno, bun];

async function run(stage: Stage, found: Found, ending: string, before: readonly string[]): Promise<readonly Result[]> {
  const order = JSON.stringify({ site: stage.site, features: SERVER_FEATURES });
  const args = [...before, join(stage.folder, `process.${ending}`), order];
  const { code, stdout, stderr } = await command(found.path, args, { cwd: stage.folder, env: plainEnv() });
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (code !== 0 || !last.startsWith("[")) throw new Error(`It ended with ${code}:\n${stdout}\n${stderr}`);
  return JSON.parse(last) as readonly Result[];
}

/** Without what would colour or change the output. */
function plainEnv(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, FORCE_COLOR: __, ...env } = process.env;
  return { ...env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
}

/** The results in Deno's TAP: a line per test, with the details of a failure below. */
function parseTap(stdout: string, stderr: string): readonly Result[] {
  const results: Result[] = [];
  const parts = stdout.split(/^(?=(?:not )?ok \d+ - )/m).slice(1);
  for (const part of parts) {
    const [line = "", ...details] = part.split("\n");
    const [, failed, name = ""] = /^(not )?ok \d+ - (.*)$/.exec(line) ?? [];
    if (failed === undefined) results.push({ name, passed: true, ms: 0 });
    else results.push({ name, passed: false, ms: 0, error: details.join("\n") });
  }
  if (results.length === 0) throw new Error(`It ran no test:\n${stdout}\n${stderr}`);
  return results;
}
