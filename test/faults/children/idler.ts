/* Starts pools and gives them nothing to do, or things that are over at once. It must end by itself. */
import { Client } from "httppool";

const idle = new Client({ period: 60_000, timeout: 60_000 }).start();
const used = new Client({ period: 60_000, timeout: 60_000 }).start();
await used.run(() => null);
const dropped = new Client({ workers: 1, period: 60_000 }).start();
const controller = new AbortController();
await dropped.run(() => null);
const waiting = dropped.run(() => null, { signal: controller.signal });
controller.abort();
await waiting.catch(() => undefined);
console.log(JSON.stringify(process.getActiveResourcesInfo().filter((resource) => resource === "Timeout")));
idle.on("finish", () => undefined);
