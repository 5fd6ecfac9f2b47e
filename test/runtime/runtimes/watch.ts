import { setTimeout as pause } from "node:timers/promises";
import type { Result } from "../contract/contract.ts";
import type { Order } from "../entries/run.ts";

/** How long a page may take for the whole contract, in ms. */
const RUN_MS = 600_000;

/** Runs the contract in a page, through whatever evaluates an expression in it. */
export async function watch(
  evaluate: (expression: string) => Promise<unknown>,
  order: Order,
  errors: () => string,
): Promise<readonly Result[]> {
  await until(
    () => evaluate("typeof runContract === 'function'"),
    100_000,
    () => `The page has no contract: ${errors()}`,
  );
  await evaluate(`runContract(${JSON.stringify(order)})`);
  let progress: unknown;
  await until(
    async () => {
      progress = await evaluate("globalThis.progress");
      return evaluate("globalThis.results !== undefined || globalThis.failure !== undefined");
    },
    RUN_MS,
    () => `It is stuck after "${String(progress)}" ${errors()}`,
  );
  const failure = await evaluate("globalThis.failure");
  if (failure !== undefined && failure !== null) throw new Error(`The run failed: ${String(failure)}`);
  return JSON.parse(String(await evaluate("JSON.stringify(globalThis.results)"))) as readonly Result[];
}

async function until(isDone: () => Promise<unknown>, ms: number, otherwise: () => string): Promise<void> {
  const end = performance.now() + ms;
  while ((await isDone()) !== true) {
    if (performance.now() > end) throw new Error(otherwise());
    await pause(200);
  }
}
