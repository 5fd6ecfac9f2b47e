import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "core", include: ["test/{unit,conformance,property,simulation}/**/*.test.ts"] } },
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
    ],
  },
});
