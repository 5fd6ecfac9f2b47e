import { orElse } from "../or-else.ts";

/** An object that belongs to one request, in Cloudflare Workers: while another is under way, to touch it throws. */
interface Owned {
  readonly readyState: number;
}

const { WebSocketPair } = globalThis as { WebSocketPair?: new () => Record<number, Owned> };

const ELSEWHERE = "The pool belongs to another request: start one per request, per batch or in a Durable Object";

/** The request in which something was first used, where the runtime keeps the I/O of requests apart. */
export class RequestScope {
  #owned: Owned | undefined;

  /** @throws {TypeError} The request under way is another than at the first call. */
  check(): void {
    if (WebSocketPair === undefined) return;
    const owned = this.#owned;
    // At module scope there is no request, and none can be made.
    if (owned === undefined) this.#owned = orElse(() => new WebSocketPair()[0], undefined);
    else if (!orElse(() => owned.readyState >= 0, false)) throw new TypeError(ELSEWHERE);
  }
}
