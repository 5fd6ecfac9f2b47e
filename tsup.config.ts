import { defineConfig } from "tsup";

const shared = {
  entry: { index: "src/index.ts", lean: "src/lean.ts" },
  target: "es2022",
  outDir: "dist",
  treeshake: true,
} as const;

export default defineConfig([
  { ...shared, format: "esm", dts: true },
  // p-queue and ky are ESM only: bundled in, so that require() works on every Node.
  { ...shared, format: "cjs", dts: true, noExternal: [/.*/] },
]);
