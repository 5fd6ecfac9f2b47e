/**
 * The same pool without ky: the handler is yours, or `fetchHandler`.
 *
 * @module httppool/lean
 */
export { Client, type LeanClientOptions } from "./client.ts";
export * from "./exports.ts";
export { fetchHandler } from "./handlers/fetch.ts";
