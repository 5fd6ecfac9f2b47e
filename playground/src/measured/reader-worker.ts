import { GIVEN_UP, readMeasured, type Reading } from "./reading.ts";

/** Reads what the page sends, a file or a text, in a thread of its own: parsing many MB would let the page stand still. */
addEventListener("message", ({ data }: MessageEvent<File | string>) => {
  void read(data).then((reading) => postMessage(reading));
});

async function read(given: File | string): Promise<Reading> {
  try {
    return readMeasured(typeof given === "string" ? given : await given.text());
  } catch {
    return GIVEN_UP; // the file is gone, or does not fit into memory
  }
}
