import type { Clock } from "httppool";

/** What a browser takes in of a body that nobody reads, in bytes. */
const WINDOW = 65_536;
const LARGEST_CHUNK = 16_384;
const ZEROS = new Uint8Array(LARGEST_CHUNK);

/** How one body is sent. */
export interface Sending {
  readonly clock: Clock;
  /** undefined: without an end. */
  readonly bytes: number | undefined;
  /** Bytes per ms. */
  readonly speed: number;
  /** The connection is reset after so many bytes. */
  readonly resetAfter: number | undefined;
  /** Called once: all is sent, it was cancelled, or the connection broke. */
  readonly onEnd: () => void;
}

/** A body on its way: as fast as the line, and no further ahead of its reader than a socket's buffer. */
export class SentBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #sending: Sending;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #sent = 0;
  #timer: unknown;
  #ended = false;

  constructor(sending: Sending) {
    this.#sending = sending;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#next(),
        cancel: () => this.#end(),
      },
      { highWaterMark: WINDOW, size: (chunk) => chunk.byteLength },
    );
  }

  /** Breaks the connection. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#controller?.error(error);
    this.#end();
  }

  #next(): Promise<void> | undefined {
    const { clock, bytes = Number.POSITIVE_INFINITY, speed, resetAfter = Number.POSITIVE_INFINITY } = this.#sending;
    const size = Math.min(LARGEST_CHUNK, bytes - this.#sent, Math.max(resetAfter - this.#sent, 1));
    if (size <= 0) {
      this.#close();
      return undefined;
    }
    return new Promise((sent) => {
      this.#timer = clock.setTimeout(() => {
        sent();
        if (this.#ended) return;
        this.#sent += size;
        if (this.#sent >= resetAfter) return this.fail(new TypeError("network error"));
        this.#controller?.enqueue(size === LARGEST_CHUNK ? ZEROS : ZEROS.subarray(0, size));
        if (this.#sent >= bytes) this.#close();
      }, size / speed);
    });
  }

  #close(): void {
    if (this.#ended) return;
    this.#controller?.close();
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sending.clock.clearTimeout(this.#timer);
    this.#sending.onEnd();
  }
}
