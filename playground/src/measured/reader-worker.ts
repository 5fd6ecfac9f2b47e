import { readMeasured } from "./reading.ts";

/** Reads what the page sends, a file or a text, in a thread of its own: parsing many MB would let the page stand still. */
addEventListener("message", ({ data }: MessageEvent<File | string>) => {
  void (async () => {
    postMessage(readMeasured(typeof data === "string" ? data : await data.text()));
  })();
});
