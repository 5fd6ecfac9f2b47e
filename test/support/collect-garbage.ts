import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { settled } from "./settled.ts";

/** Collects garbage, and lets finalizers run, until it is `enough`, or a number of times. */
export async function collectGarbage(enough: () => boolean = () => false): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 20 && !enough(); i++) {
    await settled();
    collect();
    await settled();
  }
}
