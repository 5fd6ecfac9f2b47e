import { existsSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Where Debian puts the browsers that the playground is tested in. */
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/firefox-esr", "/usr/bin/WebKitWebDriver", "/usr/bin/xvfb-run"];
const missing = BROWSERS.filter((program) => !existsSync(program));
/** Where a browser is missing, its tests are left out, but for CI, where they fail. */
const hasBrowsers = missing.length === 0 || process.env["CI"] === "true";
if (!hasBrowsers) console.error(`LEFT OUT: the tests of the playground, for want of ${missing.join(", ")}`);

const REDIS = "/usr/bin/redis-server";
/** So it is with Redis, which some tests of the engines start for themselves. */
const hasRedis = existsSync(REDIS) || process.env["CI"] === "true";
const NEED_REDIS = "test/engines/{bullmq,shared-pace}*.test.ts";
if (!hasRedis) console.error(`LEFT OUT: ${NEED_REDIS}, for want of ${REDIS}`);

/**
 * Two files at a time, which have processes, browsers and threads of their own, and one project after the other. The times
 * are no promise: they end what is stuck, also on a machine ten times slower.
 */
const heavy = (groupOrder: number) => ({
  maxWorkers: 2,
  sequence: { groupOrder },
  testTimeout: 300_000,
  hookTimeout: 300_000,
  expect: { poll: { timeout: 60_000 } },
});

/** On the built package, with engines and processes of their own. */
const engines = {
  test: {
    name: "engines",
    include: ["test/engines/**/*.test.ts"],
    exclude: hasRedis ? [] : [NEED_REDIS],
    ...heavy(4),
  },
};

/** Which of the examples run in a browser. */
const IN_CHROMIUM = ["test/examples/{react,service-worker}.test.ts"];
const hasChromium = existsSync("/usr/bin/chromium") || process.env["CI"] === "true";
if (!hasChromium) console.error("LEFT OUT: the examples in a browser, for want of /usr/bin/chromium");

/** On the built package, as processes of their own and in Chromium. */
const examples = {
  test: {
    name: "examples",
    include: ["test/{examples,guides}/**/*.test.ts"],
    exclude: hasChromium ? [] : IN_CHROMIUM,
    ...heavy(3),
  },
};

/** In real browsers. */
const playground = {
  extends: "./playground/vite.config.ts",
  test: {
    name: "playground",
    root: ".",
    include: ["test/playground/**/*.test.ts"],
    globalSetup: "test/playground/support/global-setup.ts",
    ...heavy(5),
  },
};

/** What the house allows is looked up in the sources alone. */
const LAYERS = "test/package/layers.test.ts";

export default defineConfig({
  test: {
    projects: [
      // Generous, since two collect garbage and one runs a million tasks; none waits for time to pass.
      {
        test: {
          name: "core",
          include: ["test/{unit,conformance,property,simulation}/**/*.test.ts", LAYERS],
          maxWorkers: "100%",
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      // On the built package, with real sockets and processes.
      {
        test: {
          name: "built",
          include: ["test/{faults,package}/**/*.test.ts"],
          exclude: [LAYERS],
          ...heavy(2),
        },
      },
      examples,
      engines,
      ...(hasBrowsers ? [playground] : []),
    ],
  },
});
