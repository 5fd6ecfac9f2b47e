/* The door `httppool/lean`. */
export { Client, type LeanClientOptions } from "./client.ts";
export * from "./exports.ts";
export { fetchHandler } from "./handlers/fetch.ts";
