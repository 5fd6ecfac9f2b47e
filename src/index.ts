import { starter } from "./client.ts";
import { kyHandler } from "./handlers/ky.ts";
import type { ClientOptions } from "./api/options.ts";
import type { DispatchCloser } from "./api/pool.ts";

export { fetchHandler } from "./handlers/fetch.ts";
export { type KyOptions, kyHandler } from "./handlers/ky.ts";
export * from "./exports.ts";

/**
 * Describes a pool. {@link Client.start} starts it.
 *
 * @example
 * ```ts
 * import { Client, requestTask } from "httppool";
 *
 * await using pool = new Client({ workers: 4, queueSize: 50, period: 250, timeout: 30_000 }).start();
 * pool.on("finish", (event) => console.log(event.origin, event.status, event.durationMs));
 * for (const hook of hooks) await pool.send(requestTask(hook.url, { method: "POST", body: hook.body }));
 * ```
 */
export class Client {
  readonly #start: () => DispatchCloser;

  /** @throws {TypeError} An option is of a wrong type. */
  constructor(options: ClientOptions = {}) {
    this.#start = starter(options, kyHandler());
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
