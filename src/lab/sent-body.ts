import type { Clock } from "../api/clock.ts";
import { LONGEST_DELAY } from "./lab-checks.ts";

/** What a browser takes in of a body that nobody reads, in bytes. */
const WINDOW = 65_536;
const LARGEST_CHUNK = 16_384;

/** How one body is sent. */
export interface Sending {
  readonly clock: Clock;
  /** What is sent; or so many bytes. Infinity: without an end. */
  readonly content: Uint8Array<ArrayBuffer> | number;
  /** Bytes a ms. Infinity: at once. */
  readonly speed: number;
  /** The connection is reset after so many bytes. Infinity: it is not. */
  readonly resetAfter: number;
  /** Asked before each chunk: what the connection breaks with. */
  readonly breaks: () => Error | undefined;
  /** Called once: all has been taken, it was cancelled, or the connection broke. */
  readonly onEnd: (end: "complete" | "cancelled" | "reset") => void;
}

/** A body on its way: as fast as the line, and no further ahead of its reader than a socket's buffer. */
export class SentBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #sending: Sending;
  readonly #length: number;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #sent = 0;
  #timer: unknown;
  #isOver = false;

  constructor(sending: Sending) {
    this.#sending = sending;
    this.#length = typeof sending.content === "number" ? sending.content : sending.content.byteLength;
    this.stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#pull(),
        cancel: () => this.#end("cancelled"),
      },
      // What comes at once is sent when it is read, so that it is known how far that was.
      { highWaterMark: sending.speed === Infinity ? 0 : WINDOW, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  /** Breaks the connection. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#controller?.error(error);
    this.#end("reset");
  }

  #pull(): Promise<void> | undefined {
    const { clock, speed, resetAfter } = this.#sending;
    const size = Math.min(LARGEST_CHUNK, Math.min(this.#length, resetAfter) - this.#sent);
    if (speed === Infinity) {
      this.#send(size);
      return undefined;
    }
    return new Promise((sent) => {
      this.#timer = clock.setTimeout(
        () => {
          sent();
          if (!this.#isOver) this.#send(size);
        },
        Math.min(size / speed, LONGEST_DELAY),
      );
    });
  }

  #send(size: number): void {
    const broken = this.#sending.breaks();
    if (broken !== undefined) return this.fail(broken);
    if (size > 0) this.#controller?.enqueue(this.#bytes(size));
    this.#sent += size;
    if (this.#sent >= this.#length) {
      this.#controller?.close();
      this.#end("complete");
    } else if (size <= 0) {
      this.fail(new TypeError("terminated"));
    }
  }

  #bytes(size: number): Uint8Array<ArrayBuffer> {
    const { content } = this.#sending;
    return typeof content === "number" ? new Uint8Array(size) : content.slice(this.#sent, this.#sent + size);
  }

  #end(end: "complete" | "cancelled" | "reset"): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sending.clock.clearTimeout(this.#timer);
    this.#sending.onEnd(end);
  }
}
