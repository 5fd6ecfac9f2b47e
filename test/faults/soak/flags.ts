import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../../playground/demo/usage-error.ts";

/** What a soak is asked for. */
export interface Flags {
  readonly minutes: number;
  readonly seed: number;
  /** Where to draw the plot, an SVG file. */
  readonly plot: string;
}

const OPTIONS = {
  minutes: { type: "string", default: "10" },
  seed: { type: "string" },
  plot: { type: "string" },
} as const;

const LARGEST_SEED = 2 ** 32 - 1;

/** @throws {UsageError} A flag is unknown, or its value makes no sense. */
export function flagsOf(args: readonly string[]): Flags {
  const values = parse(args);
  const minutes = between("minutes", values.minutes, 1, 1440);
  const seed = values.seed === undefined ? Math.floor(Math.random() * LARGEST_SEED) : whole("seed", values.seed);
  return { minutes, seed, plot: values.plot ?? join(tmpdir(), `httppool-soak-${seed}.svg`) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(flag: string, text: string): number {
  const value = between(flag, text, 0, LARGEST_SEED);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`Expected --${flag} to be a whole number, got "${text}"`);
}

function between(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new UsageError(`Expected --${flag} to be a number from ${least} to ${most}, got "${text}"`);
}
