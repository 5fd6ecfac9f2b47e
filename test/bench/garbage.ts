import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");

const collect = runInNewContext("gc") as (options?: { type: "minor" }) => void;

/** Collects young garbage. Of all, it would also shrink the heap, which then grows at the cost of what comes next. */
export function collectYoungGarbage(): void {
  collect({ type: "minor" });
}

/** Bytes of live objects. Collects twice: what a finaliser lets go is garbage of the second round. */
export async function liveBytes(): Promise<number> {
  for (let times = 0; times < 2; times++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    collect();
  }
  return process.memoryUsage().heapUsed;
}
