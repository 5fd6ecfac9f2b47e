import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { echoEndpoint } from "./echo-endpoint.ts";
import { rivalModules } from "./rival-modules.ts";
import { wayBack } from "./way-back.ts";

const source = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

/** The package and what it depends on, and the page's parts that run in Workers too. */
const IN_WORKERS = /\/playground\/src\/(advice|settings|time|world)\/(?!worker)/;

export default defineConfig({
  base: "./",
  plugins: [echoEndpoint(), wayBack(), rivalModules()],
  resolve: {
    // The page shows the code as it is, built or not.
    alias: [
      { find: /^httppool$/, replacement: source("index.ts") },
      { find: /^httppool\/([\w-]+)$/, replacement: source("$1.ts") },
    ],
  },
  server: { host: "127.0.0.1", fs: { allow: [".."] } },
  preview: { host: "127.0.0.1" },
  build: {
    target: "es2022",
    license: { fileName: "LICENSES.md" },
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What the page and its Workers share is loaded once: nothing in it knows of a document.
        codeSplitting: {
          groups: [{ name: "pool", test: IN_WORKERS, minSize: 0, includeDependenciesRecursively: true }],
        },
      },
    },
  },
});
