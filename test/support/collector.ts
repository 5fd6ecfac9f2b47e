import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Collects all garbage, and what becomes garbage by that. No flag of Node is needed. */
export async function collect(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    gc();
    // Finalizers run in turns of their own.
    await turn();
  }
}
