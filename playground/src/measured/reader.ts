import { GIVEN_UP, type Reading, tooBig } from "./reading.ts";

/** Reads files and texts, one after the other, off the page's own thread. Nothing of them leaves the page. */
export class Reader {
  #worker: Worker | undefined;

  /** Reads it. What was being read before is read no more: its promise is left as it is. */
  read(given: File | string): Promise<Reading> {
    this.#worker?.terminate();
    const isTooBig = tooBig(typeof given === "string" ? given.length : given.size);
    if (isTooBig !== undefined) return Promise.resolve({ isRead: false, words: isTooBig });
    const worker = new Worker(new URL("reader-worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.postMessage(given, []);
    return new Promise((resolve) => {
      const end = (reading: Reading): void => {
        worker.terminate();
        resolve(reading);
      };
      worker.addEventListener("message", ({ data }: MessageEvent<Reading>) => end(data), { once: true });
      // Its memory ran out, or its script can't be loaded.
      const fail = (): void => end(GIVEN_UP);
      worker.addEventListener("error", fail, { once: true });
      worker.addEventListener("messageerror", fail, { once: true });
    });
  }
}
