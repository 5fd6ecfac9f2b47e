import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { rollup } from "rollup";
import { defineConfig } from "tsup";
import lock from "./package-lock.json" with { type: "json" };
import manifest from "./package.json" with { type: "json" };

/** The doors, as package.json lists them. */
const doors = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
const names = doors.map((path) => (path === "." ? "index" : path.slice(2)));

// tasks.ts is no door, but a file of its own: whoever imports only a task does not get the pool with it.
const entries = [...names, "tasks"];

const shared = {
  entry: entries.map((name) => `src/${name}.ts`),
  target: "es2022",
  outDir: "dist",
  treeshake: true,
  dts: true,
};

export default defineConfig([
  { ...shared, format: "esm", onSuccess: joinChunks },
  // p-queue and ky are ESM only: bundled in, so that require() works on every Node, and one copy for all sub-paths.
  { ...shared, format: "cjs", noExternal: [/.*/], splitting: true, onSuccess: writeLicences },
]);

/** What is smaller joins another file, where that brings nobody a side effect. */
const MIN_CHUNK_BYTES = 4000;

/** esbuild makes a chunk for each set of doors that share something, a dozen in all; to load a file takes 0.3 ms. */
async function joinChunks(): Promise<void> {
  const input = Object.fromEntries(entries.map((name) => [name, `dist/${name}.js`]));
  const bundle = await rollup({ input, external: /^[^./]/, logLevel: "warn" });
  const chunks = (await readdir("dist")).filter((file) => /^chunk-.*\.js$/.test(file));
  await Promise.all(chunks.map((file) => rm(`dist/${file}`)));
  await bundle.write({
    dir: "dist",
    chunkFileNames: "chunk-[hash].js",
    experimentalMinChunkSize: MIN_CHUNK_BYTES,
    // Names a file only where something of it is used, of which bundlers would warn.
    hoistTransitiveImports: false,
  });
}

/** What is bundled in keeps its licence: each package that the lock file installs for a user, whoever depends on it. */
async function writeLicences(): Promise<void> {
  const packages = Object.entries(lock.packages as Readonly<Record<string, { version: string; dev?: boolean }>>);
  const bundled = packages.filter(([folder, { dev }]) => folder !== "" && dev !== true);
  const texts = bundled.map(async ([folder, { version }]) => {
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${folder} has no licence file`);
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    return `${name} ${version}\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}\n`;
  });
  const intro = "The .cjs files contain these packages.\n";
  await writeFile("dist/THIRD-PARTY.txt", [intro, ...(await Promise.all(texts))].join(`\n${"-".repeat(80)}\n\n`));
}
