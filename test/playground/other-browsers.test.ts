import { type ChildProcess, spawn } from "node:child_process";
import { launch } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { toLink } from "../../playground/src/settings/link.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { freePort } from "../support/free-port.ts";
import { type Site, startSite } from "./support/site.ts";

/** Longer than anything takes on a busy machine, in ms. */
const PATIENCE_MS = 100_000;

const webhooks = PRESETS.find(({ id }) => id === "webhooks");
let site: Site;

beforeAll(async () => {
  site = await startSite();
});

afterAll(() => site.stop());

/** What the page says of itself: run in the page, so it must stand alone. */
const STATE = `JSON.stringify({
  succeeded: Number(document.getElementById("count-succeeded")?.textContent),
  check: document.getElementById("counters-check")?.textContent,
  errors: globalThis.pageErrors ?? [],
  preset: document.querySelector("[data-preset][aria-pressed=true]")?.dataset.preset,
  hash: location.hash.slice(1),
})`;

interface State {
  readonly succeeded: number;
  readonly check: string;
  readonly errors: readonly string[];
  readonly preset: string;
  readonly hash: string;
}

async function runsWebhooks(evaluate: (script: string) => Promise<unknown>): Promise<void> {
  await evaluate(`(() => {
    globalThis.pageErrors = [];
    addEventListener("error", (event) => pageErrors.push(event.message));
    addEventListener("unhandledrejection", (event) => pageErrors.push(String(event.reason)));
    document.querySelector("[data-preset=webhooks]").click();
  })()`);
  const state = async (): Promise<State> => JSON.parse(String(await evaluate(STATE))) as State;
  await expect.poll(async () => (await state()).succeeded, { timeout: PATIENCE_MS }).toBeGreaterThan(10);
  await expect.poll(async () => (await state()).hash).toBe(toLink(webhooks?.settings ?? never()));
  const { preset, check, errors } = await state();
  expect(preset).toBe("webhooks");
  expect(check).toContain("✓ The health listener counts the same");
  expect(errors).toEqual([]);
}

function never(): never {
  throw new Error("There is no such preset");
}

describe("Firefox", () => {
  it("loads the page and runs a preset", async () => {
    const browser = await launch({
      browser: "firefox",
      executablePath: "/usr/bin/firefox-esr",
      headless: true,
      timeout: PATIENCE_MS,
    });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      await page.goto(site.url);
      await page.waitForSelector("[data-preset=webhooks]");
      await runsWebhooks((script) => page.evaluate(script));
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});

describe("WebKit", () => {
  let driver: ChildProcess | undefined;
  let base = "";

  beforeAll(async () => {
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    const env = {
      ...process.env,
      LC_ALL: "C", // as on a bare machine
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
      LIBGL_ALWAYS_SOFTWARE: "1",
    };
    // A group of its own, so that the display and the browser end with it.
    driver = spawn("xvfb-run", ["-a", "WebKitWebDriver", `--port=${port}`, "--host=127.0.0.1"], {
      env,
      stdio: "ignore",
      detached: true,
    });
    await vi.waitUntil(() => isUp(base), { timeout: PATIENCE_MS, interval: 200 });
  });

  afterAll(() => {
    if (driver?.pid !== undefined) process.kill(-driver.pid, "SIGTERM");
  });

  it("loads the page and runs a preset", async () => {
    const binary = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";
    const { sessionId } = await command<{ sessionId: string }>(`${base}/session`, {
      capabilities: { alwaysMatch: { "webkitgtk:browserOptions": { binary, args: ["--automation"] } } },
    });
    const session = `${base}/session/${sessionId}`;
    try {
      await command(`${session}/url`, { url: site.url });
      const evaluate = (script: string): Promise<unknown> =>
        command(`${session}/execute/sync`, { script: `return ${script}`, args: [] });
      await expect.poll(() => evaluate(`document.querySelector("[data-preset=webhooks]") !== null`)).toBe(true);
      await runsWebhooks(evaluate);
    } finally {
      await fetch(session, { method: "DELETE" });
    }
  });
});

async function command<Value = unknown>(url: string, body: object): Promise<Value> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = (await response.json()) as { value: Value & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/status`)).ok;
  } catch {
    return false;
  }
}
