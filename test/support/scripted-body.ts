/** How a {@link ScriptedBody} goes on after its last chunk. */
export type BodyEnd = "close" | "hang" | { readonly error: unknown };

/** A response body that counts what is done to it. It makes a chunk only when asked for one. */
export class ScriptedBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Chunks handed out. */
  chunks = 0;
  /** How often more was asked for. */
  pulls = 0;
  /** The reasons it was cancelled with. */
  readonly cancels: unknown[] = [];
  isEnded = false;

  /**
   * @param sizes The chunks, in bytes.
   * @param cancelled What cancelling comes to.
   */
  constructor(sizes: Iterable<number>, end: BodyEnd = "close", cancelled: () => unknown = () => undefined) {
    const left = sizes[Symbol.iterator]();
    this.stream = new ReadableStream(
      {
        pull: (controller): Promise<void> | undefined => {
          this.pulls++;
          const { done, value } = left.next();
          if (done !== true) {
            this.chunks++;
            controller.enqueue(new Uint8Array(value));
            return undefined;
          }
          if (end === "hang") return new Promise(() => undefined);
          this.isEnded = true;
          if (end === "close") controller.close();
          else controller.error(end.error);
          return undefined;
        },
        cancel: async (reason): Promise<void> => {
          this.cancels.push(reason);
          await cancelled();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** A response with this body. */
  response(init?: ResponseInit): Response {
    return new Response(this.stream, init);
  }
}

/** The same chunk, for ever. */
export function* endless(size: number): Generator<number, never> {
  for (;;) yield size;
}
