import type { Clock } from "../api/clock.ts";
import { isObject } from "../lib/checks.ts";

/** Pieces that are read while time stands still. A source that has no end, and gives all at once, would keep it there. */
const MOST_AT_ONCE = 1024;

/** The body of a request on its way to a server, which reads it as it comes. */
export class Upload {
  readonly #request: Request;
  readonly #clock: Clock;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** When the last piece was read, and how many at that time. */
  #at: number = -Infinity;
  #atOnce = 0;
  #timer: unknown;

  constructor(request: Request, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
  }

  /**
   * Begins to read.
   *
   * @param onFailure Hears of what its source breaks with.
   */
  read(onBytes: (count: number) => void, onFailure: (error: unknown) => void): void {
    const { body, bodyUsed } = this.#request;
    // Firefox has no such thing as the body of a request.
    if (!isObject(body) || bodyUsed || body.locked) return;
    void this.#read((this.#reader = body.getReader()), onBytes, onFailure);
  }

  /** Reads no more, and tells its source. */
  cancel(reason: unknown): void {
    this.#clock.clearTimeout(this.#timer);
    // One that somebody else reads refuses to be cancelled.
    (this.#reader ?? this.#request.body)?.cancel(reason).catch(() => undefined);
  }

  async #read(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    onBytes: (count: number) => void,
    onFailure: (error: unknown) => void,
  ): Promise<void> {
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        if (!ArrayBuffer.isView(piece.value)) throw new TypeError("Expected the body's stream to give bytes");
        onBytes(piece.value.byteLength);
        if (this.#isEnough()) await new Promise<void>((resolve) => (this.#timer = this.#clock.setTimeout(resolve, 1)));
      }
    } catch (error) {
      this.cancel(error);
      onFailure(error);
    }
  }

  #isEnough(): boolean {
    const now = this.#clock.now();
    if (now !== this.#at) this.#atOnce = 0;
    this.#at = now;
    return ++this.#atOnce >= MOST_AT_ONCE;
  }
}
