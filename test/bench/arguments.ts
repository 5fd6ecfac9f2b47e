import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface Arguments {
  /** Small numbers and no judging, for CI. */
  readonly short: boolean;
  readonly json: boolean;
  /** Writes the table into the README too. */
  readonly readme: boolean;
  readonly help: boolean;
  /** Names of the rows to measure. Empty: all. */
  readonly only: readonly string[];
  /** Rounds of each row. Undefined: the row's own number. */
  readonly rounds: number | undefined;
}

export const USAGE = `Usage: npm run bench -- [options]

  --short       small numbers for CI: prints the ratios without judging them
  --only NAME   one row only; may be given several times
  --rounds N    rounds of each row, in the place of its own number
  --json        prints JSON in the place of a table
  --readme      also writes the table into README.md, between its two markers
  --help        this`;

/** @throws {TypeError} For an option that there is none of, or a wrong value. */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      readme: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
    },
  });
  const { rounds: given, ...rest } = values;
  const rounds = given === undefined ? undefined : Number(given);
  if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0)) {
    throw new TypeError(`Expected --rounds to be a whole number from 1, got ${given}`);
  }
  return { ...rest, rounds };
}
