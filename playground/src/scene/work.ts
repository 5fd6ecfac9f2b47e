import { type Clock, filteredTask, perishableTask, requestTask, type Task } from "httppool";
import type { Settings } from "../settings/settings.ts";
import { chance } from "../world/chance.ts";
import { originFor } from "../world/hosts.ts";

const FILTERED = 8;
const ZEROS = new Uint8Array(1024 * 1024);

/** Where the request of this number goes, and what it sends. */
export interface Target {
  readonly url: string;
  readonly init: RequestInit;
}

/** The target of this number. */
export function targetFor(number: number, settings: Settings): Target {
  if (settings.world === "real") {
    const url = settings.url === "" ? new URL("echo", document.baseURI).href : settings.url;
    const isPost = settings.method === "POST";
    return { url, init: isPost ? { method: "POST", body: ZEROS.subarray(0, settings.upload * 1024) } : {} };
  }
  const path = chance(settings.seed, number, FILTERED) * 100 < settings.filtered ? "private" : "job";
  // The simulated server takes the size of an upload from the slider: no need to make the bytes.
  const init = settings.upload > 0 ? { method: "POST", body: "…" } : {};
  return { url: `${originFor(number, settings)}/${path}/${number}`, init };
}

/** The task of this number. It says where it goes, so that its lane is known before it is called. */
export function taskFor(number: number, settings: Settings, clock: Clock): Task {
  const { url, init } = targetFor(number, settings);
  let task: Task = requestTask(url, init, (response) => read(response, settings.reads));
  if (settings.filtered > 0) task = filteredTask(isAllowed, task);
  if (settings.expiry > 0) task = perishableTask((clock.date?.() ?? Date.now()) + settings.expiry, task);
  return task;
}

/** Whether the filter lets a request pass. */
export function isAllowed({ url }: { readonly url: string }): boolean {
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
