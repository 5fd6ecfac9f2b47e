import { starter } from "./client.ts";
import type { Handler } from "./api/handler.ts";
import type { ClientOptions } from "./api/options.ts";
import type { DispatchCloser } from "./api/pool.ts";

export { fetchHandler } from "./handlers/fetch.ts";
export * from "./exports.ts";

/** The options of a client without a default handler. */
export type LeanClientOptions = ClientOptions & { readonly handler: Handler };

/**
 * Describes a pool, without ky. {@link Client.start} starts it.
 *
 * @example
 * ```ts
 * import { Client, fetchHandler } from "httppool/lean";
 * const pool = new Client({ handler: fetchHandler, workers: 4, period: 250 }).start();
 * ```
 */
export class Client {
  readonly #start: () => DispatchCloser;

  /** @throws {TypeError} An option is of a wrong type, or `handler` is missing. */
  constructor(options: LeanClientOptions) {
    this.#start = starter(options);
  }

  /**
   * Starts a pool. Each call starts another one, independent of the others. `listeners` is copied now.
   *
   * @throws {TypeError} Something that is no listener has been put into `listeners`.
   */
  start(): DispatchCloser {
    return this.#start();
  }
}
