/**
 * The pool, its tasks, events and errors, with ky as the default handler.
 *
 * @module httppool
 */
import type { ClientOptions } from "./api/options.ts";
import { Client as LeanClient, type LeanClientOptions } from "./client.ts";
import { kyHandler } from "./handlers/ky.ts";
import { isObject, own } from "./lib/checks.ts";

/* The door `httppool`. */
export * from "./exports.ts";
export { fetchHandler } from "./handlers/fetch.ts";
export {
  type KyHooks,
  type KyHookState,
  type KyOptions,
  type KyProgress,
  type KyRetry,
  kyHandler,
} from "./handlers/ky.ts";

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
export class Client extends LeanClient {
  /** @throws {TypeError} An option is of a wrong type. */
  constructor(options: ClientOptions = {}) {
    super(withHandler(options));
  }
}

/** What is no object is left for the client to refuse. */
function withHandler(options: ClientOptions): LeanClientOptions {
  return isObject(options) && own(options).handler === undefined
    ? { ...options, handler: kyHandler() }
    : (options as LeanClientOptions);
}
