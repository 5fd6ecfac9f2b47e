import { loadavg } from "node:os";
import { toLink } from "../../playground/src/settings/link.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS } from "../../playground/src/settings/settings.ts";
import { launchChromium } from "../playground/support/chromium.ts";
import { startSite } from "../playground/support/site.ts";
import { machine } from "./machine.ts";

/**
 * How long the page takes to look for an advice: for the provider of the LLM preset, 200 settings of 1,000 requests each, in
 * Chromium, from the click to the answer. `node test/bench/advice.ts [rounds]`
 */
const rounds = Number(process.argv[2] ?? 3);
const settings = PRESETS.find(({ id }) => id === "llm")?.settings ?? DEFAULTS;

const site = await startSite();
const browser = await launchChromium();
const page = await browser.newPage();
await page.goto(`${site.url}#${toLink({ ...settings, tempo: "step" })}`);
await page.click("#ask summary");
console.log(machine());
for (let round = 1; round <= rounds; round++) {
  const [before] = loadavg();
  const began = performance.now();
  await page.click("#ask-go");
  await page.waitForSelector("#ask-go", { timeout: 600_000 });
  const seconds = (performance.now() - began) / 1000;
  const status = await page.textContent("#ask-status");
  const workers = await page.evaluate(() => navigator.hardwareConcurrency);
  console.log(`${seconds.toFixed(1)} s: ${status} On ${workers} processors, load before ${before?.toFixed(1)}`);
}
console.log(await page.textContent("#ask-advice"));
await browser.close();
await site.stop();
