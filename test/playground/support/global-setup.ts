import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { CHROMIUM_ARGS } from "../../support/chromium-args.ts";
import { buildSite } from "./site.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the browser of all tests of the playground listens. */
    readonly chromium: string;
  }
}

/** Builds the site and starts the browser, once for all files. @returns Ends the browser. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildSite();
  const server = await chromium.launchServer({
    executablePath: "/usr/bin/chromium",
    args: CHROMIUM_ARGS,
    host: "127.0.0.1",
  });
  project.provide("chromium", server.wsEndpoint());
  return () => server.close();
}
