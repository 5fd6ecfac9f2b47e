import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../support/free-port.ts";
import type { Features } from "../contract/contract.ts";
import { esbuildPage, importMapPage, type Page } from "./pages.ts";
import { FEATURES, type Form, type Runtime } from "./runtime.ts";
import { watch } from "./watch.ts";

const WEBKIT_FEATURES: Features = { ...FEATURES, streamedUpload: false };

const DRIVER = "/usr/bin/WebKitWebDriver";
const SCREEN = "/usr/bin/Xvfb";

/** WebKitGTK's own small browser, wherever Debian puts it. */
const miniBrowser = (): string | undefined => globSync("/usr/lib/*/{webkit2gtk-4,webkitgtk-6}.*/MiniBrowser")[0];

export const webkit: Runtime = {
  id: "webkit",
  name: "WebKitGTK",
  find: async () => {
    const isThere = miniBrowser() !== undefined && existsSync(DRIVER) && existsSync(SCREEN);
    if (!isThere) return { missing: "apt-get install webkit2gtk-driver xvfb" };
    // It tells its version only when it is open.
    await using browser = await open();
    return { path: DRIVER, version: browser.version };
  },
  forms: [form("ESM, import map", importMapPage), form("esbuild bundle", esbuildPage)],
};

function form(name: string, page: Page): Form {
  return {
    name,
    run: async (stage) => {
      const address = await page(stage);
      await using browser = await open();
      await browser.goto(address);
      const order = { site: stage.site, features: WEBKIT_FEATURES };
      return await watch(browser.evaluate, order, () => "");
    },
  };
}

interface Session {
  readonly sessionId: string;
  readonly capabilities: { readonly browserVersion: string };
}

interface Browser extends AsyncDisposable {
  readonly version: string;
  goto(address: string): Promise<void>;
  readonly evaluate: (expression: string) => Promise<unknown>;
}

/** A browser on a screen that nobody sees: without a display it does not open. */
async function open(): Promise<Browser> {
  const screen = spawn(SCREEN, ["-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await firstLine(screen);
  const port = await freePort();
  const env = {
    ...process.env,
    DISPLAY: `:${display}`,
    WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
    WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    LIBGL_ALWAYS_SOFTWARE: "1",
  };
  const driver = spawn(DRIVER, [`--port=${port}`, "--host=127.0.0.1"], { env, stdio: "ignore" });
  const send = sender(`http://127.0.0.1:${port}`);
  const kill = (): void => {
    driver.kill();
    screen.kill();
  };
  try {
    await ready(send);
    const options = { binary: miniBrowser(), args: ["--automation"] };
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": options } };
    const made = (await send("POST", "/session", { capabilities })) as Session;
    const { sessionId } = made;
    const session = `/session/${sessionId}`;
    return {
      version: made.capabilities.browserVersion,
      goto: async (url) => void (await send("POST", `${session}/url`, { url })),
      evaluate: (expression) => send("POST", `${session}/execute/sync`, { script: `return (${expression})`, args: [] }),
      [Symbol.asyncDispose]: async () => {
        await send("DELETE", session).catch(() => undefined);
        kill();
      },
    };
  } catch (error) {
    kill();
    throw error;
  }
}

type Send = (method: string, path: string, body?: object) => Promise<unknown>;

/** Speaks WebDriver. */
function sender(origin: string): Send {
  return async (method, path, body) => {
    const response = await fetch(origin + path, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = (await response.json()) as { readonly value: unknown };
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(value)}`);
    return value;
  };
}

async function ready(send: Send): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await send("GET", "/status");
      return;
    } catch (error) {
      if (tries === 600) throw error;
      await pause(100);
    }
  }
}

function firstLine(screen: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    screen.once("error", reject);
    screen.once("exit", () => reject(new Error("The screen did not open")));
    screen.stdio[3]?.once("data", (chunk: Buffer) => resolve(String(chunk).trim()));
  });
}
