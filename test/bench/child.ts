import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A measurement that wants a process of its own. What goes in and out is JSON. */
export type Probe<Input extends object, Output> = (input: Input) => Promise<Output>;

/** The file that the child runs. */
const ENTRY = fileURLToPath(new URL("probe.ts", import.meta.url));

/**
 * Runs the export `probe` of one of the files in `rows`, in a fresh process.
 *
 * @param flags Of Node itself.
 * @throws {Error} The process failed; what it said is on stderr.
 */
export async function runProbe<Output>(name: string, input: object, flags: readonly string[] = []): Promise<Output> {
  const child = fork(ENTRY, [name, JSON.stringify(input)], { execArgv: [...flags] });
  const [output] = (await Promise.race([once(child, "message"), died(child)])) as [Output];
  child.kill();
  return output;
}

async function died(child: ChildProcess): Promise<never> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  throw new Error(`The process ended with ${code ?? signal} before it had measured anything`);
}
