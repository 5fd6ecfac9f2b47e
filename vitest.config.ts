import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      // Generous, since two collect garbage and one runs a million tasks; none waits for time to pass.
      {
        test: {
          name: "core",
          include: ["test/{unit,conformance,property,simulation}/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // On the built package, with real sockets and processes.
      {
        test: {
          name: "built",
          include: ["test/{faults,package}/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      // In real browsers.
      {
        extends: "./playground/vite.config.ts",
        test: {
          name: "playground",
          root: ".",
          include: ["test/playground/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
