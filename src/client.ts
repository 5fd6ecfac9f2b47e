import type { Handler } from "./api/handler.ts";
import type { ClientOptions } from "./api/options.ts";
import type { Pool } from "./api/pool.ts";
import { HttpPool } from "./core/pool.ts";
import { listenersOf, type Settings, settingsOf } from "./core/settings.ts";
import { nextSerialNumber } from "./lib/runtime/serial-number.ts";

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
  readonly #settings: Settings;

  /** @throws {TypeError} An option is of a wrong type, or `handler` is missing. */
  constructor(options: LeanClientOptions) {
    this.#settings = settingsOf(options);
    listenersOf(this.#settings.listeners);
  }

  /**
   * Starts a pool. Each call starts another one, independent of the others. `listeners` is copied now.
   *
   * @throws {TypeError} Something that is no listener has been put into `listeners`.
   */
  start(): Pool {
    const settings = this.#settings;
    const name = settings.name || `httppool-${nextSerialNumber()}`;
    return new HttpPool({ ...settings, name, listeners: [...settings.listeners] });
  }
}
