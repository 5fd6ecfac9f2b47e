/* The command. It imports the built package by its name, so that comes last, when it is sure to be built. */
import { buildIfStale } from "./build.ts";
import { type Flags, flagsOf, HELP } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

async function main(flags: Flags): Promise<number> {
  if (flags.help) {
    process.stdout.write(HELP);
    return 0;
  }
  buildIfStale();
  const { show } = await import("./show.ts");
  return show(flags);
}

try {
  process.exitCode = await main(flagsOf(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nSee --help.\n`);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
