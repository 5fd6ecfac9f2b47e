import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { echoEndpoint } from "./echo-endpoint.ts";
import { rivalModules } from "./rival-modules.ts";
import { wayBack } from "./way-back.ts";

const source = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

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
  },
});
