import { readdir, readFile, writeFile } from "node:fs/promises";
import { defineConfig } from "tsup";
import manifest from "./package.json" with { type: "json" };

/** The doors, as package.json lists them. */
const doors = Object.keys(manifest.exports).filter((path) => path !== "./package.json");
const names = doors.map((path) => (path === "." ? "index" : path.slice(2)));

const shared = {
  // tasks.ts is no door, but a file of its own: whoever imports only a task does not get the pool with it.
  entry: [...names, "tasks"].map((name) => `src/${name}.ts`),
  target: "es2022",
  outDir: "dist",
  treeshake: true,
  dts: true,
};

export default defineConfig([
  { ...shared, format: "esm" },
  // p-queue and ky are ESM only: bundled in, so that require() works on every Node, and one copy for all sub-paths.
  { ...shared, format: "cjs", noExternal: [/.*/], splitting: true, onSuccess: writeLicences },
]);

/** What is bundled in keeps its licence. */
async function writeLicences(): Promise<void> {
  const texts = Object.keys(manifest.dependencies).map(async (name) => {
    const folder = `node_modules/${name}`;
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no licence file`);
    return `${name}\n\n${(await readFile(`${folder}/${file}`, "utf8")).trim()}\n`;
  });
  const intro = "The .cjs files contain these packages.\n";
  await writeFile("dist/THIRD-PARTY.txt", [intro, ...(await Promise.all(texts))].join(`\n${"-".repeat(80)}\n\n`));
}
