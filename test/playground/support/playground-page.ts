import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { toLink } from "../../../playground/src/settings/link.ts";
import { DEFAULTS, type Settings } from "../../../playground/src/settings/settings.ts";
import { useEvenFrames } from "./even-frames.ts";

/** Longer than anything takes on a busy machine, in ms. */
const PATIENCE_MS = 100_000;

/** How a page is opened. */
export interface OpenOptions extends BrowserContextOptions {
  /** How many ms go by from frame to frame. Absent: as many as the machine needs. */
  readonly frameMs?: number;
}

/** The counters of the page. */
export const COUNTS = [
  "queued",
  "full",
  "closed",
  "aborted",
  "started",
  "retried",
  "succeeded",
  "failed",
  "dropped",
  "waiting",
  "running",
] as const;

export type Count = (typeof COUNTS)[number];

/** An event as the log has it. */
export interface Row {
  readonly at: number;
  readonly type: string;
  readonly task: string;
  readonly slot: string;
  readonly what: string;
}

/** A scene in which nothing happens but what the test does, and only when it steps: every request takes 100 ms. */
export const STILL: Settings = {
  ...DEFAULTS,
  tempo: "step",
  rate: 0,
  burst: 10,
  every: 0,
  period: 0,
  timeout: 0,
  latency: 100,
  shape: "fixed",
  errors: 0,
  resets: 0,
  hosts: 1,
  body: 0,
};

/** A scene with some of everything, by steps. */
export const BUSY: Settings = {
  ...DEFAULTS,
  tempo: "step",
  workers: 3,
  queueSize: 5,
  period: 50,
  timeout: 600,
  breaker: true,
  threshold: 3,
  rate: 20,
  burst: 10,
  every: 1,
  expiry: 400,
  filtered: 5,
  patience: 900,
  errors: 10,
  resets: 10,
  hosts: 3,
  down: 1,
  latency: 80,
};

/** The same with lanes and retries. */
export const ANGRY: Settings = {
  ...BUSY,
  breaker: false,
  lanes: "origin",
  retry: true,
  errors: 40,
  limit: 3,
  limitHosts: 1,
  retryAfter: 1,
};

/** The page, as a person uses it. */
export class PlaygroundPage {
  readonly page: Page;
  /** What went to the console as an error or a warning, or was thrown. */
  readonly errors: string[] = [];
  #shown = 0;

  private constructor(page: Page) {
    this.page = page;
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  static async open(
    browser: Browser,
    url: string,
    settings: Settings = DEFAULTS,
    { frameMs, ...context }: OpenOptions = {},
  ): Promise<PlaygroundPage> {
    const opened = await browser.newContext({ viewport: { width: 1280, height: 2800 }, ...context });
    opened.setDefaultTimeout(PATIENCE_MS);
    if (frameMs !== undefined) await useEvenFrames(opened, frameMs);
    const page = new PlaygroundPage(await opened.newPage());
    await page.page.goto(`${url}#${toLink(settings)}`);
    return page;
  }

  /** Opens another scene in the same tab, and waits until its pool has started. */
  async show(settings: Settings): Promise<void> {
    this.#shown++;
    const link = `${toLink(settings)}&shown=${this.#shown}`;
    await this.page.evaluate(async (hash) => {
      const changed = new Promise((resolve) => {
        addEventListener("hashchange", resolve, { once: true });
      });
      location.hash = hash;
      await changed;
    }, link);
    await this.settled();
  }

  /** Shows a still scene in which a burst has come. */
  async burst(settings: Partial<Settings>): Promise<void> {
    await this.show({ ...STILL, ...settings });
    await this.press("burst");
  }

  /** When events of a type came, by the log. */
  async times(type: string): Promise<number[]> {
    return (await this.log(type)).map(({ at }) => at);
  }

  /** What the log says of each finish. */
  async finishes(): Promise<string[]> {
    return (await this.log("finish")).map(({ what }) => what);
  }

  /** Two frames on, what was asked for has been drawn. */
  async settled(): Promise<void> {
    await this.page.evaluate(
      () => new Promise<void>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
    );
  }

  /** Lets the scene go on by so many ms, by its buttons. */
  async step(ms: number): Promise<void> {
    await this.page.evaluate(async (wanted) => {
      const time = document.getElementById("time");
      const end = Math.round(Number.parseFloat(time?.textContent ?? "") * 1000) + wanted;
      let left = wanted;
      for (const size of [1000, 100, 10]) {
        const button = document.getElementById(`step-${size}`);
        for (; left >= size; left -= size) {
          if (button?.checkVisibility() !== true) throw new Error("There is no such step now");
          button.click();
          while (document.getElementById("time")?.ariaBusy === "true") {
            await new Promise((resolve) => {
              setTimeout(resolve);
            });
          }
        }
      }
      if (time?.textContent !== `${(end / 1000).toFixed(2)} s`) throw new Error(`It is ${time?.textContent} by now`);
    }, ms);
  }

  /** The time of the scene, in ms. */
  async time(): Promise<number> {
    return Math.round(Number.parseFloat(await this.text("time")) * 1000);
  }

  /** Types a number, or chooses, as its kind of control wants it. */
  async set(key: keyof Settings, value: string | number | boolean): Promise<void> {
    const control = this.page.locator(`#set-${key}`);
    await control.evaluate((element) => {
      element.closest("details")?.setAttribute("open", "");
    });
    if (typeof value === "boolean") await control.setChecked(value);
    else if (await control.evaluate((element) => element instanceof HTMLSelectElement)) {
      await control.selectOption(String(value));
    } else {
      await control.fill(String(value));
      await control.blur();
    }
    await this.settled();
  }

  async press(id: string): Promise<void> {
    await this.page.click(`#${id}`);
  }

  async text(id: string): Promise<string> {
    return (await this.page.locator(`#${id}`).textContent()) ?? "";
  }

  /** The counters named. */
  async counts<Name extends Count>(...names: Name[]): Promise<Record<Name, number>> {
    const values = await this.page.evaluate(
      (ids) => ids.map((id) => Number(document.getElementById(`count-${id}`)?.textContent)),
      names,
    );
    return Object.fromEntries(names.map((name, at) => [name, values[at]])) as Record<Name, number>;
  }

  /** The events in the log, the oldest first: of the newest sixty that pass its filter. */
  async log(...types: string[]): Promise<Row[]> {
    const rows = await this.page.evaluate((wanted) => {
      for (const box of document.querySelectorAll<HTMLInputElement>("#log-types input")) {
        if (wanted.length > 0 && box.checked !== wanted.includes(box.value)) box.click();
      }
      return [...document.querySelectorAll<HTMLTableRowElement>("#log tr:not([hidden])")].map((row) =>
        [...row.cells].map((cell) => cell.textContent),
      );
    }, types);
    return rows
      .map(([at, type, task, slot, what]) => ({
        at: Math.round(Number(at) * 1000),
        type: type ?? "",
        task: task ?? "",
        slot: slot ?? "",
        what: what ?? "",
      }))
      .toReversed();
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
