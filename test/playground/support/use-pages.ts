import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import type { Settings } from "../../../playground/src/settings/settings.ts";
import { type OpenOptions, PlaygroundPage } from "./playground-page.ts";
import { type Site, startSite } from "./site.ts";

/** The built site in Chromium, for the tests of one file. */
export interface Pages {
  /** The site, once the tests run. */
  site(): Site;
  browser(): Browser;
  /** Opens the page on a scene, until the test ends. Then nothing may have gone to the console. */
  open(settings: Settings, options?: OpenOptions): Promise<PlaygroundPage>;
  /** The same, at another address, or where the console may speak. */
  openAt(url: string, settings: Settings, mayComplain?: boolean): Promise<PlaygroundPage>;
}

/** Starts the site for the tests of this file, and ends it. */
export function usePages(): Pages {
  let site: Site | undefined;
  let browser: Browser | undefined;
  const opened: { readonly play: PlaygroundPage; readonly mayComplain: boolean }[] = [];
  const pages: Pages = {
    site: () => started(site),
    browser: () => started(browser),
    open: async (settings, options = {}) => {
      const play = await PlaygroundPage.open(pages.browser(), pages.site().url, settings, options);
      opened.push({ play, mayComplain: false });
      return play;
    },
    openAt: async (url, settings, mayComplain = false) => {
      const play = await PlaygroundPage.open(pages.browser(), url, settings);
      opened.push({ play, mayComplain });
      return play;
    },
  };

  beforeAll(async () => {
    site = await startSite();
    browser = await chromium.connect(inject("chromium"));
  });

  afterEach(async () => {
    for (const { play, mayComplain } of opened.splice(0)) {
      await play.close();
      if (!mayComplain) expect(play.errors).toEqual([]);
    }
  });

  afterAll(async () => {
    await browser?.close();
    await site?.stop();
  });

  return pages;
}

function started<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("Not started yet");
  return thing;
}
