import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { fileOf, specifierOf, subPaths } from "../../package/installation.ts";
import type { Stage } from "../stage.ts";

/** Makes a page that has `runContract`. @returns Its address. */
export type Page = (stage: Stage) => Promise<string>;

/** Makes it once for a stage, for all browsers: one must not read what another is writing. */
function once(page: Page): Page {
  const made = new WeakMap<Stage, Promise<string>>();
  return (stage) => {
    const address = made.get(stage) ?? page(stage);
    made.set(stage, address);
    return address;
  };
}

const IMPORTS = {
  ...Object.fromEntries(
    subPaths.map((subPath) => [specifierOf(subPath), `/node_modules/httppool/dist/${fileOf(subPath)}.js`]),
  ),
  "p-queue": "/node_modules/p-queue/dist/index.js",
  "p-timeout": "/node_modules/p-timeout/index.js",
  ky: "/node_modules/ky/distribution/index.js",
  // Its ESM entry imports CommonJS.
  eventemitter3: "/node_modules/eventemitter3/dist/eventemitter3.esm.js",
};

/** The package's own files, as they are, found by an import map. */
export const importMapPage: Page = once(async ({ folder, site }) => {
  const map = JSON.stringify({ imports: IMPORTS });
  const scripts = `<script type="importmap">${map}</script><script type="module" src="/page.js"></script>`;
  await writeFile(join(folder, "import-map.html"), html(scripts));
  return `${site.control}/import-map.html`;
});

/** Everything in one file, by esbuild. */
export const esbuildPage: Page = once(async ({ folder, site }) => {
  await build({
    entryPoints: [join(folder, "page.js")],
    outfile: join(folder, "esbuild/page.js"),
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
  });
  await writeFile(join(folder, "esbuild.html"), html('<script type="module" src="/esbuild/page.js"></script>'));
  return `${site.control}/esbuild.html`;
});

/** A production build by Vite. */
export const vitePage: Page = async ({ folder, site }) => {
  const root = join(folder, "vite-source");
  await mkdir(root, { recursive: true });
  await writeFile(join(root, "index.html"), html('<script type="module" src="../page.js"></script>'));
  await viteBuild({
    root,
    base: "/vite/",
    configFile: false,
    logLevel: "warn",
    build: { outDir: join(folder, "vite"), emptyOutDir: true },
  });
  return `${site.control}/vite/index.html`;
};

/** What runs in a tab that is hidden, and not the contract. */
export const hiddenPage: Page = once(async ({ folder, site }) => {
  await build({
    entryPoints: [join(folder, "hidden.js")],
    outfile: join(folder, "hidden/page.js"),
    absWorkingDir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
  });
  await writeFile(join(folder, "hidden.html"), html('<script type="module" src="/hidden/page.js"></script>'));
  return `${site.control}/hidden.html`;
});

/** A page of nothing but scripts. */
function html(scripts: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>httppool</title>${scripts}</html>`;
}
