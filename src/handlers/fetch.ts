import type { Handler } from "../api/handler.ts";
import { keepReferrer, platformRequest } from "../lib/request.ts";
import { platformFetch } from "../lib/runtime/platform-fetch.ts";

/**
 * Sends with the platform's own `fetch`, looked up at each request, so that a mock put in its place is used. Where a
 * pool's `fetch` has been put in its place, the one is used that was there when that pool started. Where that has been
 * wrapped, the wrapper is called for what the pool sends too, and then the one that was there.
 *
 * @throws {TypeError} What `fetch` itself rejects with: network errors are `TypeError`s.
 *
 * @example
 * ```ts
 * import { Client, fetchHandler } from "httppool/lean";
 * const pool = new Client({ handler: fetchHandler }).start();
 * ```
 */
export const fetchHandler: Handler = (request, init) =>
  platformFetch(platformRequest(request), keepReferrer(request, init));
