const { setImmediate, MessageChannel, navigator } = globalThis as {
  setImmediate?: (callback: () => void) => unknown;
  MessageChannel?: typeof globalThis.MessageChannel;
  navigator?: { readonly userAgent?: string };
};
// Looked up when this is loaded: a test runner's fake timers, set up later, would never let a turn come.
const { setTimeout } = globalThis;

/** Cloudflare's Workers deliver a message before their streams have had their turn. Their nested timeouts don't wait. */
const hasChannel = MessageChannel !== undefined && navigator?.userAgent !== "Cloudflare-Workers";

/**
 * Turns of the event loop: each comes when all promises that could settle have. About 1 µs each where there is
 * `setImmediate`, or else `MessageChannel`; browsers let nested timeouts wait for 4 ms.
 */
export class Turns {
  #channel: MessageChannel | undefined;
  #onTurn: () => void = () => undefined;

  /** The next turn. One at a time. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (setImmediate !== undefined) setImmediate(resolve);
      else if (hasChannel) this.#post(resolve);
      else setTimeout(resolve, 0);
    });
  }

  /** Lets go of what keeps some runtimes alive, and in Workers belongs to one request. */
  close(): void {
    this.#channel?.port1.close();
    this.#channel = undefined;
  }

  #post(onTurn: () => void): void {
    this.#onTurn = onTurn;
    if (this.#channel === undefined) {
      this.#channel = new globalThis.MessageChannel();
      this.#channel.port1.addEventListener("message", () => this.#onTurn());
      this.#channel.port1.start();
    }
    this.#channel.port2.postMessage(undefined);
  }
}
