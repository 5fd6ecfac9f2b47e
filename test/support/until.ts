import { setTimeout as sleep } from "node:timers/promises";

/** Longer than anything takes here on a busy machine, in ms. */
const PATIENCE_MS = 200_000;

/** Resolves when it is so. @throws It is not so for far too long. */
export async function until(isSo: () => boolean | Promise<boolean>, what = isSo.toString()): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`Never so: ${what}`);
    await sleep(20);
  }
}
