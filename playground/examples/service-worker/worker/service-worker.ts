/* Answers each write to /api/ at once, keeps it, and sends it when the server can be reached. */
import { Client, requestTask } from "httppool";
import { retry } from "httppool/retry";
import { Outbox, type Write } from "./outbox.ts";

declare const self: ServiceWorkerGlobalScope;

/** Background Sync, which Chromium has and TypeScript does not know: it wakes the worker though no page is open. */
interface Syncing {
  readonly sync?: { register(tag: string): Promise<void> };
}

const outbox = new Outbox();
const pool = new Client({ workers: 4, timeout: 30_000, retry: retry({ limit: 2 }) }).start();

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" || !new URL(url).pathname.startsWith("/api/")) return;
  const kept = outbox.add(event.request);
  event.respondWith(kept.then(() => new Response("Queued", { status: 202 })));
  event.waitUntil(kept.then(deliver));
});

// A page says so when it opens, and when the browser is back online.
self.addEventListener("message", (event) => event.waitUntil(deliver()));

self.addEventListener("sync", (event) => (event as ExtendableEvent).waitUntil(deliver()));

/** Sends what is kept, a turn at a time: two would send each write twice. */
function deliver(): Promise<void> {
  return navigator.locks.request("deliver", async () => {
    await tellPages();
    const byAddress = Map.groupBy(await outbox.all(), ({ url }) => url);
    await Promise.all(Array.from(byAddress.values(), sendInOrder));
    await tellPages();
    if ((await outbox.all()).length > 0) await wakeLater();
  });
}

/** Sends the writes to one address, each when the one before is done. What can't be sent now stays, and what comes after it. */
async function sendInOrder(writes: readonly Write[]): Promise<void> {
  for (const write of writes) {
    const { id, url, method, headers, body } = write;
    const init = { method, headers: [...headers, ["idempotency-key", id] satisfies [string, string]], body };
    const status = await pool.run(requestTask(url, init, (response) => response.status)).catch(() => undefined);
    if (status === undefined || status === 429 || status >= 500) return;
    await outbox.remove(write);
  }
}

/** Tells each page how many writes wait. */
async function tellPages(): Promise<void> {
  const waiting = (await outbox.all()).length;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the pages of a worker are of its own origin
  for (const page of await self.clients.matchAll()) page.postMessage({ waiting });
}

async function wakeLater(): Promise<void> {
  const { sync } = self.registration as Syncing;
  // Where it is not allowed, the next page does it.
  await sync?.register("deliver").catch(() => undefined);
}
