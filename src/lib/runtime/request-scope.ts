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
    if (this.#owned === undefined) this.#owned = makeOwned(WebSocketPair);
    else if (!isOurs(this.#owned)) throw new TypeError(ELSEWHERE);
  }
}

/** Makes an object of the request under way. undefined at module scope, where there is none. */
function makeOwned(Pair: new () => Record<number, Owned>): Owned | undefined {
  try {
    return new Pair()[0];
  } catch {
    return undefined;
  }
}

function isOurs(owned: Owned): boolean {
  try {
    return owned.readyState >= 0;
  } catch {
    return false;
  }
}
