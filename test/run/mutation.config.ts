import { defineConfig } from "vitest/config";

/** The tests that judge mutants: those of the core that are quick and on a fake clock. The simulation has its own run. */
export default defineConfig({
  test: { include: ["test/{unit/{api,core,lib},conformance}/**/*.test.ts"], testTimeout: 3_000 },
});
