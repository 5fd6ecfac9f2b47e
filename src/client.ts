import { Pool } from "./core/pool.ts";
import type { Handler } from "./api/handler.ts";
import { listenersOf, normalize } from "./core/settings.ts";
import type { ClientOptions } from "./api/options.ts";
import type { DispatchCloser } from "./api/pool.ts";
import { nextPoolNumber } from "./lib/runtime/runtime.ts";

/**
 * Checks the options, now, for a client that starts pools with them.
 *
 * @returns Starts a pool, with a copy of what `listeners` holds by then.
 */
export function starter(options: ClientOptions, defaultHandler?: Handler): () => DispatchCloser {
  const settings = normalize(options, defaultHandler);
  listenersOf(settings.listeners);
  return () =>
    new Pool({
      ...settings,
      name: settings.name || `httppool-${nextPoolNumber()}`,
      listeners: [...settings.listeners],
    });
}
