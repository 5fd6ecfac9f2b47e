import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Site } from "./server.ts";

/** The project's own folder. */
export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** Where the runs take place: a folder with the package installed as a user would have it, and the server. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly site: Site;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Builds the folder and starts the server. The package must be built. */
export async function stage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "httppool-runtime-"));
  const leave = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await install(folder);
    await bundle(folder);
    const server = await serve(folder);
    return {
      folder,
      site: server.site,
      [Symbol.asyncDispose]: async () => {
        server.stop();
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Puts the package's files and its dependencies where `npm install httppool` would. */
async function install(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "httppool"), { recursive: true });
  for (const path of ["package.json", "dist"]) {
    await cp(join(ROOT, path), join(modules, "httppool", path), { recursive: true });
  }
  const manifest = { name: "runtime-test", private: true, type: "module", dependencies: { httppool: "*" } };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await copyDependencies(ROOT, modules);
}

async function copyDependencies(from: string, modules: string): Promise<void> {
  const { dependencies = {} } = JSON.parse(await readFile(join(from, "package.json"), "utf8")) as Manifest;
  for (const name of Object.keys(dependencies)) {
    const source = packageFolder(name, from);
    await cp(source, join(modules, name), { recursive: true });
    await copyDependencies(source, modules);
  }
}

function packageFolder(name: string, from: string): string {
  const paths = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  for (const path of paths) {
    const require = createRequire(join(path, "x"));
    try {
      return dirname(require.resolve(join(path, name, "package.json")));
    } catch {
      // It is further up.
    }
  }
  throw new Error(`${name} is not installed`);
}

/** The entries, with the contract bundled in and the package left as an import. */
async function bundle(folder: string): Promise<void> {
  const entries = [
    { entry: "process", format: "esm", outfile: "process.mjs" },
    { entry: "process", format: "cjs", outfile: "process.cjs" },
    { entry: "deno", format: "esm", outfile: "contract.test.mjs" },
    { entry: "deno", format: "cjs", outfile: "contract.test.cjs" },
    { entry: "page", format: "esm", outfile: "page.js" },
    { entry: "hidden", format: "esm", outfile: "hidden.js" },
    { entry: "worker", format: "esm", outfile: "worker.js" },
  ] as const;
  await Promise.all(
    entries.map(({ entry, format, outfile }) =>
      build({
        entryPoints: [here(`entries/${entry}.ts`)],
        outfile: join(folder, outfile),
        external: ["httppool", "httppool/*", "node:*"],
        bundle: true,
        format,
        target: "es2022",
        logLevel: "warning",
      }),
    ),
  );
}

async function serve(folder: string): Promise<{ readonly site: Site; readonly stop: () => void }> {
  const server = spawn(process.execPath, [here("server.ts"), folder], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: server.stdout });
  const first = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    server.once("exit", () => reject(new Error("The server did not start")));
  });
  return { site: JSON.parse(first) as Site, stop: () => server.stdin.end() };
}
