import { type Clock, filteredTask, perishableTask, type Task } from "httppool";
import type { Settings } from "../settings/settings.ts";
import { chance } from "../world/chance.ts";
import { originFor } from "../world/hosts.ts";

const FILTERED = 8;
const ZEROS = new Uint8Array(1024 * 1024);

/** The request of this number. */
export function requestFor(number: number, settings: Settings): Request {
  if (settings.world === "real") {
    const url = settings.url === "" ? new URL("echo", document.baseURI).href : settings.url;
    if (settings.method === "GET") return new Request(url);
    return new Request(url, { method: "POST", body: ZEROS.subarray(0, settings.upload * 1024) });
  }
  const path = chance(settings.seed, number, FILTERED) * 100 < settings.filtered ? "private" : "job";
  // The simulated server takes the size of an upload from the slider: no need to make the bytes.
  const init = settings.upload > 0 ? { method: "POST", body: "…" } : undefined;
  return new Request(`${originFor(number, settings)}/${path}/${number}`, init);
}

/** The task of this number. `consumed` is told when its consumer is done. */
export function taskFor(number: number, settings: Settings, clock: Clock, consumed: (id: number) => void): Task {
  let task: Task = ({ id }) => ({
    request: requestFor(number, settings),
    consumer: async (response) => {
      await read(response, settings.reads);
      consumed(id);
    },
  });
  if (settings.filtered > 0) task = filteredTask(isAllowed, task);
  if (settings.expiry > 0) task = perishableTask((clock.date?.() ?? Date.now()) + settings.expiry, task);
  return task;
}

/** Whether the filter lets a request pass. */
export function isAllowed({ url }: Request): boolean {
  return !url.includes("/private/");
}

/** Reads a body as the setting says. With a reader, since that takes no time on a virtual clock. */
export async function read(response: Response, how: Settings["reads"]): Promise<void> {
  if (how === "nothing" || response.body === null) return;
  const reader = response.body.getReader();
  try {
    let { done } = await reader.read();
    if (how === "some") return;
    while (!done) ({ done } = await reader.read());
  } finally {
    reader.releaseLock();
  }
}
