import { existsSync } from "node:fs";
import { readFile, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import type { Browser, BrowserContext } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../../playground/support/chromium.ts";
import type { Answer } from "./origin.ts";
import { EXAMPLES } from "./program.ts";
import { endWithTest } from "./stage.ts";

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

/** An example that is a page, in Chromium, for the tests of one file. */
export interface Pages {
  /** A file of the built page, undefined where there is none. */
  file(path: string): Promise<Answer | undefined>;
  /** A browser that remembers nothing, until the test ends. */
  context(): Promise<BrowserContext>;
}

/** Builds the page with the built package, by Vite, and starts Chromium, for the tests of this file. */
export function usePages(example: string): Pages {
  let folder = "";
  let browser: Browser | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "httppool-example-"));
    const root = join(EXAMPLES, example);
    // Development builds, where there are such, look at more: React's StrictMode starts each effect twice.
    const options = { outDir: folder, emptyOutDir: true, chunkSizeWarningLimit: 5000 };
    const config = join(root, "vite.config.ts");
    const configFile = existsSync(config) && config;
    await build({ root, configFile, mode: "development", logLevel: "warn", build: options });
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  return {
    file: async (path) => {
      const name = path === "/" ? "/index.html" : normalize(path);
      const body = await readFile(join(folder, name)).catch(() => undefined);
      return body && { body, headers: { "content-type": TYPES[extname(name)] ?? "application/octet-stream" } };
    },
    context: async () => {
      if (browser === undefined) throw new Error("Chromium is not started yet");
      const context = await browser.newContext();
      // Longer than anything takes on a busy machine.
      context.setDefaultTimeout(100_000);
      endWithTest(() => context.close());
      return context;
    },
  };
}
