import { pause } from "./assert.ts";

interface Collecting {
  gc(options: { readonly type: "minor" | "major"; readonly execution: "sync" | "async" }): unknown;
}

/**
 * Has garbage collected, and who waits for that told. A minor collection takes what a platform could make again, like the
 * object of a stream; an asynchronous one takes what a stack might still seem to hold.
 */
export async function collect(): Promise<void> {
  const collector = globalThis as unknown as Collecting;
  for (let times = 0; times < 3; times++) {
    collector.gc({ type: "minor", execution: "sync" });
    await collector.gc({ type: "major", execution: "async" });
    await pause(10);
  }
}
