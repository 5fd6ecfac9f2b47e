import { launch, type LaunchOptions } from "puppeteer-core";
import { CHROMIUM_ARGS } from "../../support/chromium-args.ts";
import type { Features } from "../contract/contract.ts";
import { findCommand } from "./command.ts";
import { watch } from "./watch.ts";
import { hiddenTab } from "./hidden-tab.ts";
import { esbuildPage, importMapPage, type Page, vitePage } from "./pages.ts";
import { FEATURES, type Form, type Found, type Runtime } from "./runtime.ts";

/** A stream as a request's body goes over HTTP/2 only in Chromium, and nowhere else. */
const BROWSER_FEATURES: Features = { ...FEATURES, streamedUpload: false };
const CHROMIUM_FEATURES: Features = { ...BROWSER_FEATURES, collector: true };

/** How Chromium is started, wherever it is. */
export function chromiumOptions({ path }: Found): LaunchOptions {
  return {
    browser: "chrome",
    executablePath: path,
    headless: true,
    args: [...CHROMIUM_ARGS, "--js-flags=--expose-gc"],
  };
}

/** How Firefox is started: by WebDriver BiDi. */
export function firefoxOptions({ path }: Found): LaunchOptions {
  return { browser: "firefox", executablePath: path, headless: true };
}

export const chromium: Runtime = {
  id: "chromium",
  name: "Chromium",
  find: () =>
    findCommand(
      [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/google-chrome"],
      ["--version"],
      "apt-get install chromium",
    ),
  forms: [
    form("ESM, import map", importMapPage, chromiumOptions, CHROMIUM_FEATURES),
    form("Vite bundle", vitePage, chromiumOptions, CHROMIUM_FEATURES),
    form("esbuild bundle", esbuildPage, chromiumOptions, CHROMIUM_FEATURES),
    hiddenTab(chromiumOptions, true),
  ],
};

export const firefox: Runtime = {
  id: "firefox",
  name: "Firefox",
  find: () =>
    findCommand(
      [process.env["FIREFOX"], "/usr/bin/firefox-esr", "/usr/bin/firefox"],
      ["--version"],
      "apt-get install firefox-esr",
    ),
  forms: [
    form("ESM, import map", importMapPage, firefoxOptions, BROWSER_FEATURES),
    form("esbuild bundle", esbuildPage, firefoxOptions, BROWSER_FEATURES),
    hiddenTab(firefoxOptions, false),
  ],
};

function form(name: string, page: Page, options: (found: Found) => LaunchOptions, features: Features): Form {
  return {
    name,
    run: async (stage, found) => {
      const address = await page(stage);
      const browser = await launch(options(found));
      try {
        const tab = await browser.newPage();
        const errors: string[] = [];
        tab.on("pageerror", (error) => errors.push(String(error)));
        await tab.goto(address);
        const order = { site: stage.site, features };
        return await watch(
          (script) => tab.evaluate(script),
          order,
          () => errors.join("; "),
        );
      } finally {
        await browser.close();
      }
    },
  };
}
