import { type Odds, odds } from "./random.ts";
import { FAR } from "./timeline.ts";
import type { World } from "./world.ts";

/** What a server sends. */
export type BodyKind =
  | "empty"
  | "short"
  | "bytes"
  | "slow"
  | "declared long"
  | "long"
  | "endless"
  | "stalled"
  | "erroring"
  | "held"
  | "deaf to cancel"
  | "failing cancel";

export const BODIES: Odds<BodyKind> = odds({
  empty: 5,
  short: 40,
  bytes: 8,
  slow: 10,
  "declared long": 6,
  long: 6,
  endless: 5,
  stalled: 3,
  erroring: 6,
  held: 2,
  "deaf to cancel": 3,
  "failing cancel": 3,
});

const CHUNKS: readonly Uint8Array<ArrayBuffer>[] = [0, 1, 100, 1024, 16_384].map((length) => new Uint8Array(length));

/** The body of a response, as the server sees it: whether it was read to the end, cancelled or lost. */
export class ScriptedBody {
  readonly kind: BodyKind;
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  state: "open" | "read" | "cancelled" | "errored" = "open";
  /** What it was lost with. */
  error: unknown;
  /** Called once, when it is no longer open. */
  onEnd: () => void = () => undefined;
  readonly #world: World;
  #controller: ReadableStreamController<Uint8Array<ArrayBuffer>> | undefined;
  #left: number;

  constructor(world: World, kind: BodyKind) {
    this.#world = world;
    this.kind = kind;
    this.#left = lengthOf(kind, world);
    const source = {
      start: (controller: ReadableStreamController<Uint8Array<ArrayBuffer>>): void =>
        void (this.#controller = controller),
      pull: (): Promise<void> | undefined => this.#pull(),
      cancel: (): Promise<void> | undefined => this.#cancel(),
    };
    this.stream = new ReadableStream(
      (kind === "bytes" ? { type: "bytes", ...source } : source) as UnderlyingDefaultSource,
      { highWaterMark: 0 },
    );
  }

  get isOpen(): boolean {
    return this.state === "open";
  }

  /** Whether to read it to the end would take for ever. */
  get isEndless(): boolean {
    return this.#left === Number.POSITIVE_INFINITY;
  }

  /** What the server says of its length. */
  get headers(): Record<string, string> {
    return this.kind === "declared long" ? { "content-length": "1048576" } : {};
  }

  /** The connection is lost. */
  lose(error: unknown): void {
    if (!this.isOpen) return;
    this.error = error;
    this.#end("errored");
    this.#controller?.error(error);
  }

  #pull(): Promise<void> | undefined {
    const { kind } = this;
    if (kind !== "slow" && kind !== "stalled") return this.#send();
    const ms = kind === "slow" ? this.#world.delay() : FAR;
    return new Promise((resolve) => {
      this.#world.timeline.after(ms, () => {
        this.#send();
        resolve();
      });
    });
  }

  #send(): undefined {
    if (!this.isOpen) return;
    if (this.#left-- > 0) {
      const chunk = this.#chunk();
      this.#controller?.enqueue(chunk);
    } else if (this.kind === "erroring") {
      this.lose(new TypeError("terminated"));
    } else {
      this.#end("read");
      this.#controller?.close();
      // A reader with a buffer of its own is answered only so.
      if (this.kind === "bytes") (this.#controller as ReadableByteStreamController).byobRequest?.respond(0);
    }
  }

  #chunk(): Uint8Array<ArrayBuffer> {
    if (this.kind === "bytes") return new Uint8Array(10); // a chunk of a byte stream can be sent only once
    if (this.kind === "long" || this.kind === "endless") return CHUNKS.at(-1) as Uint8Array<ArrayBuffer>;
    return this.#world.random.pick(CHUNKS);
  }

  #cancel(): Promise<void> | undefined {
    this.#end("cancelled");
    if (this.kind === "deaf to cancel") return new Promise(() => undefined);
    return this.kind === "failing cancel" ? Promise.reject(new Error("The cancel failed")) : undefined;
  }

  #end(state: "read" | "cancelled" | "errored"): void {
    if (!this.isOpen) return;
    this.state = state;
    this.onEnd();
  }
}

function lengthOf(kind: BodyKind, { random }: World): number {
  if (kind === "empty") return 0;
  if (kind === "endless") return Number.POSITIVE_INFINITY;
  return kind === "long" || kind === "declared long" ? 20 : random.between(1, 3);
}
