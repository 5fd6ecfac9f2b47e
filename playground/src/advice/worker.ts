import type { Settings } from "../settings/settings.ts";
import { type Figures, trial } from "./trial.ts";

/** What a Worker is asked for. */
export interface TrialOrder {
  readonly settings: Settings;
  readonly tasks: number;
}

/** What it answers: the figures, or what went wrong. */
export type TrialResult = { readonly figures: Figures } | { readonly error: string };

/** Where this file is, wherever the page is. The page starts its Workers from it, and they share its scripts. */
export const workerUrl: string = import.meta.url;

if (typeof document === "undefined") {
  addEventListener("message", ({ data }: MessageEvent<TrialOrder>) => {
    void answer(data).then((result) => postMessage(result));
  });
}

async function answer({ settings, tasks }: TrialOrder): Promise<TrialResult> {
  try {
    return { figures: await trial(settings, tasks) };
  } catch (error) {
    return { error: String(error) };
  }
}
