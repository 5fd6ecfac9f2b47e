import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { repeated } from "../support/repeated.ts";
import type { Arrival, Origin } from "./support/origin.ts";
import { usePages } from "./support/pages.ts";
import { serve } from "./support/stage.ts";
import { until } from "../support/until.ts";

const pages = usePages("service-worker");

test("what is written without a network is sent when its page hears that it is back, each once, to one address in order", async () => {
  const { context, page, writes } = await open();
  // All but what is granted is denied: no Background Sync.
  await context.grantPermissions(["notifications"]);
  await context.setOffline(true);
  await save(page, "a", ["1", "2", "3"]);
  await save(page, "b", ["4"]);
  await until(async () => (await isQuiet(page)) && (await waiting(page)) === 4);
  expect(writes()).toEqual([]);
  await context.setOffline(false);
  await until(async () => (await waiting(page)) === 0);
  const texts = writes().map(({ path, body }) => `${path} ${body.toString()}`);
  expect(texts.filter((text) => text.startsWith("/api/notes/a"))).toEqual([1, 2, 3].map((n) => `/api/notes/a ${n}`));
  expect(texts.filter((text) => text.startsWith("/api/notes/b"))).toEqual(["/api/notes/b 4"]);
  expect(new Set(writes().map(({ headers }) => headers["idempotency-key"])).size).toBe(4);
});

test("where there is Background Sync it is sent though no page is open", async () => {
  const { context, page, writes } = await open();
  await context.grantPermissions(["background-sync"]);
  await context.setOffline(true);
  await save(page, "a", ["1"]);
  await until(async () => (await isQuiet(page)) && (await waiting(page)) === 1);
  expect(writes()).toEqual([]);
  await page.close();
  await context.setOffline(false);
  await until(() => writes().length === 1);
});

test("what the server can't take outlives worker and page, and is sent by the next page", async () => {
  const { site, context, page, writes, setBusy } = await open();
  setBusy(true);
  await save(page, "a", ["1", "2"]);
  // The first was tried, and tried again. The second waits for it.
  await until(() => writes().length >= 3);
  await until(async () => (await waiting(page)) === 2);
  expect(new Set(writes().map(({ body }) => body.toString()))).toEqual(new Set(["1"]));
  expect(new Set(writes().map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  await page.close();
  await stopWorkers(context);
  setBusy(false);
  const tried = writes().length;
  const next = await context.newPage();
  await next.goto(site.url);
  await until(() => writes().length === tried + 2);
  await until(async () => (await waiting(next)) === 0);
  expect(
    writes()
      .slice(tried)
      .map(({ body }) => body.toString()),
  ).toEqual(["1", "2"]);
});

test("with a network writes are sent at once, each once though others come meanwhile, and reads pass by", async () => {
  const { page, writes, site } = await open();
  const statuses = await page.evaluate(async () => {
    const read = await fetch("/api/notes/a");
    const deleted = Array.from({ length: 8 }, (_, note) => fetch(`/api/notes/${note}`, { method: "DELETE" }));
    return [await read.text(), ...(await Promise.all(deleted)).map(({ status }) => status)];
  });
  expect(statuses).toEqual(["a note", ...repeated(8, 202)]);
  await until(async () => writes().length >= 8 && (await isQuiet(page)));
  expect(
    writes()
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((note) => `/api/notes/${note}`));
  expect(site.arrivals.filter(({ method, path }) => method === "GET" && path === "/api/notes/a")).toHaveLength(1);
});

interface Scene {
  readonly site: Origin;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What has arrived at the server to be written. */
  writes(): readonly Arrival[];
  /** Whether the server takes nothing. */
  setBusy(isBusy: boolean): void;
}

/** Opens the page, with its worker at work. */
async function open(): Promise<Scene> {
  let isBusy = false;
  const site = await serve(async ({ method, path }) => {
    if (!path.startsWith("/api/")) return (await pages.file(path)) ?? { status: 404 };
    if (method === "GET") return { body: "a note" };
    // So that others come meanwhile.
    await sleep(20);
    return { status: isBusy ? 503 : 204, ...(isBusy && { headers: { "retry-after": "0" } }) };
  });
  const context = await pages.context();
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await page.getByRole("button", { name: "Save" }).waitFor();
  return {
    site,
    context,
    page,
    writes: () => site.arrivals.filter(({ method }) => method !== "GET"),
    setBusy: (busy) => {
      isBusy = busy;
    },
  };
}

/** Saves a note, again and again, as a person does. */
async function save(page: Page, note: string, texts: readonly string[]): Promise<void> {
  await page.getByLabel("Note").fill(note);
  for (const text of texts) {
    await page.getByLabel("Text").fill(text);
    const answer = page.waitForResponse((response) => response.url().endsWith(`/api/notes/${note}`));
    await page.getByRole("button", { name: "Save" }).click();
    expect((await answer).status()).toBe(202);
  }
}

const waiting = async (page: Page): Promise<number> => Number(await page.locator("output").textContent());

/** Whether the worker has tried what it could. */
const isQuiet = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const { held, pending } = await navigator.locks.query();
    return held?.length === 0 && pending?.length === 0;
  });

/** Ends the worker, as a browser does when it has nothing to do. */
async function stopWorkers(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await page.close();
}
