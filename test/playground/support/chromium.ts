import { type Browser, chromium } from "playwright-core";
import { CHROMIUM_ARGS } from "../../support/chromium-args.ts";

/** The system's own Chromium. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: CHROMIUM_ARGS });
}
