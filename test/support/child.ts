import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What became of a process of its own. */
export interface Outcome {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

/** Longer than anything a child does here, in ms. */
const LONGEST_MS = 60_000;

/** Runs a script on this Node, in a process of its own. @param args Flags of Node before the script's path, then its own. */
export function runChild(
  script: URL,
  args: readonly string[] = [],
  nodeFlags: readonly string[] = [],
): Promise<Outcome> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const all = [...nodeFlags, fileURLToPath(script), ...args];
    const child = execFile(process.execPath, all, { timeout: LONGEST_MS }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr, tookMs: performance.now() - startedAt });
    });
  });
}
