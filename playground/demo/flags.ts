import { parseArgs } from "node:util";
import { UsageError } from "./usage-error.ts";

/** What the command was asked for. */
export interface Flags {
  readonly help: boolean;
  readonly requests: number;
  readonly workers: number;
  /** ms between two starts of one slot, in the paced part. */
  readonly period: number;
  readonly json: boolean;
  readonly chaos: boolean;
  /** Slots that tune themselves, in the place of all other parts. */
  readonly adaptive: boolean;
  readonly seed: number;
}

export const HELP = `Sends requests through a pool to a server on this machine, and counts on both sides.

Usage: npm run demo -- [flags]

  --requests N   tasks to dispatch, a sixth of them paced (default 3000)
  --workers N    slots of the pool (default 10)
  --period MS    time between two starts of one slot, in the paced part (default 50)
  --chaos        every kind of fault a server can have, at random
  --adaptive     in the place of all that: slots that find out how many requests a server takes at once, which changes
  --seed N       the same traffic again (default: a random one, which is shown)
  --json         the result as JSON on stdout, and nothing else there
  --help         this text

A last part sends to three hosts at once: one fast, one that says 429 with Retry-After, one that fails half of the time.

Exit code: 0 when every queued task finished, nothing was above its limit, no request came to a host that had asked for
quiet, and retries stayed within their budget; 1 when not, 2 for a bad flag.
`;

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  requests: { type: "string", default: "3000" },
  workers: { type: "string", default: "10" },
  period: { type: "string", default: "50" },
  json: { type: "boolean", default: false },
  chaos: { type: "boolean", default: false },
  adaptive: { type: "boolean", default: false },
  seed: { type: "string" },
} as const;

const LARGEST_SEED = 2 ** 32 - 1;

/** @throws {UsageError} A flag is unknown, or its value makes no sense. */
export function flagsOf(args: readonly string[]): Flags {
  const { help, requests, workers, period, json, chaos, adaptive, seed } = parse(args);
  return {
    help,
    json,
    chaos,
    adaptive,
    requests: whole("requests", requests, 1, 1_000_000),
    workers: whole("workers", workers, 1, 1000),
    period: whole("period", period, 1, 60_000),
    seed: seed === undefined ? Math.floor(Math.random() * LARGEST_SEED) : whole("seed", seed, 0, LARGEST_SEED),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`Expected --${flag} to be a whole number from ${least} to ${most}, got "${text}"`);
}
