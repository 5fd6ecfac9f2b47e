import type { DispatchCloser } from "httppool";
import type { Random } from "./random.ts";
import type { Addresses } from "./site/addresses.ts";

/** Dispatches one task, and resolves when the next may come. */
export type Move = (pool: DispatchCloser) => Promise<void> | void;

/** Draws moves. */
export type Traffic = (random: Random, addresses: Addresses) => Move;
