import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { type Browser, type LaunchOptions, launch, type Page } from "puppeteer-core";
import { between, equal, ok } from "../contract/assert.ts";
import type { Result } from "../contract/contract.ts";
import type { Pace, Tab } from "../entries/hidden.ts";
import { hiddenPage } from "./pages.ts";
import type { Form, Found } from "./runtime.ts";

const PERIOD = 150;

/** What a check works with. */
interface Scene {
  readonly browser: Browser;
  readonly page: Page;
  /** Calls into the page. */
  call<Name extends keyof Tab>(name: Name, ...args: Parameters<Tab[Name]>): Promise<Awaited<ReturnType<Tab[Name]>>>;
  readonly url: string;
  /** Puts another tab before the page, and waits until the page knows and its timers are slow. */
  hide(): Promise<void>;
  show(): Promise<void>;
}

type Check = (scene: Scene) => Promise<void>;

const unpaced: Check = async ({ call, url, hide }) => {
  const shown = await call("unpaced", url, 40);
  await hide();
  // With a timer a task it would be 20 seconds.
  const hidden = await call("unpaced", `${url}/hidden`, 40);
  between(hidden, 0, 10_000 + 3 * shown, `ms while hidden (shown: ${Math.round(shown)} ms)`);
};

const paced: Check = async ({ call, url, hide, show }) => {
  await hide();
  await call("paced", url, 24, PERIOD);
  await eventually(async () => (await call("pace")).starts.length > 3, "nothing starts while the tab is hidden");
  const shownAt = await call("now");
  await show();
  const { starts } = await ended(call);
  equal(starts.length, 24, "starts");
  expectSpaced(starts);
  const shown = gaps(starts.filter((start) => start > shownAt)).toSorted((one, other) => one - other);
  // One of them may be the gap of a machine that stopped.
  between(shown[Math.floor(shown.length / 2)] ?? 0, PERIOD - 2, 900, "ms between two starts, shown again");
};

const frozen: Check = async ({ call, url, page }) => {
  const session = await page.createCDPSession();
  await call("paced", url, 12, PERIOD);
  await session.send("Page.setWebLifecycleState", { state: "frozen" });
  await pause(2500);
  await session.send("Page.setWebLifecycleState", { state: "active" });
  const { starts } = await ended(call);
  equal(starts.length, 12, "starts");
  expectSpaced(starts);
  ok(Math.max(...gaps(starts)) > 1500, "the page slept");
};

/** Chromium and Firefox: timers of a hidden tab take a second at least. */
const HIDDEN: Readonly<Record<string, Check>> = {
  "in a hidden tab an unpaced pool keeps its speed": unpaced,
  "in a hidden tab a paced pool keeps its spacing, and has no burst when shown again": paced,
};

/** Chromium lets a page be frozen, as it does itself before a machine sleeps. */
const FROZEN: Readonly<Record<string, Check>> = {
  "a paced pool that slept has no burst when it wakes": frozen,
};

/** The flags that keep background tabs at full speed, which are the last thing wanted here. */
const ignoreDefaultArgs = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
];

/** A form in which the tab is hidden. */
export function hiddenTab(options: (found: Found) => LaunchOptions, canFreeze: boolean): Form {
  const checks = canFreeze ? { ...HIDDEN, ...FROZEN } : HIDDEN;
  return {
    name: canFreeze ? "hidden and frozen tab" : "hidden tab",
    run: async (stage, found) => {
      const address = await hiddenPage(stage);
      const results: Result[] = [];
      for (const [name, check] of Object.entries(checks)) {
        const start = performance.now();
        const throttled = { ...options(found), ...(canFreeze && { ignoreDefaultArgs }) };
        const error = await attempt(check, throttled, address, `${stage.site.test}/${randomUUID()}/1/echo`);
        const ms = Math.round(performance.now() - start);
        results.push({ name, passed: error === undefined, ms, ...(error !== undefined && { error }) });
      }
      return results;
    },
  };
}

async function attempt(
  check: Check,
  options: LaunchOptions,
  address: string,
  url: string,
): Promise<string | undefined> {
  const browser = await launch(options);
  try {
    const tab = await browser.newPage();
    await tab.goto(address);
    await tab.waitForFunction("typeof tab === 'object'", { timeout: 100_000 });
    const evaluate = async <T>(expression: string): Promise<T> => (await tab.evaluate(expression)) as T;
    const call: Scene["call"] = (name, ...args) => evaluate(`tab.${name}(...${JSON.stringify(args)})`);
    const hide = async (): Promise<void> => {
      const other = await browser.newPage();
      await other.bringToFront();
      await eventually(async () => (await evaluate("document.visibilityState")) === "hidden", "the tab is not hidden");
      await eventually(async () => (await call("timer")) > 700, "the timers of the hidden tab are not slow");
    };
    await check({ browser, page: tab, call, url, hide, show: () => tab.bringToFront() });
    return undefined;
  } catch (error) {
    return String((error as Error).stack ?? error);
  } finally {
    await browser.close();
  }
}

async function ended(call: Scene["call"]): Promise<Pace> {
  await eventually(async () => (await call("pace")).idle, "the paced pool does not come to an end");
  return call("pace");
}

async function eventually(isDone: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let tries = 0; !(await isDone()); tries++) {
    if (tries === 600) throw new Error(otherwise);
    await pause(150);
  }
}

function expectSpaced(starts: readonly number[]): void {
  // A page's clock may be coarse: Firefox rounds to a millisecond.
  for (const gap of gaps(starts))
    ok(gap >= PERIOD - 2, `two starts are ${gap} ms apart: ${starts.map(Math.round).join(" ")}`);
}

function gaps(times: readonly number[]): number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
