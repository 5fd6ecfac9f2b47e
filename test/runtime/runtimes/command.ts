import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../stage.ts";
import type { Found, Missing } from "./runtime.ts";

/** What a program printed, and how it ended. */
export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends it after so many ms. */
  readonly ms?: number;
}

/** Runs a program to its end. */
export function command(path: string, args: readonly string[], options: CommandOptions = {}): Promise<Output> {
  const { ms = 600_000, ...rest } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { ...rest, stdio: ["ignore", "pipe", "pipe"], timeout: ms, killSignal: "SIGKILL" });
    const chunks: { stdout: string[]; stderr: string[] } = { stdout: [], stderr: [] };
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (chunk: string) => chunks[stream].push(chunk));
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout: chunks.stdout.join(""), stderr: chunks.stderr.join("") }));
  });
}

/** The first of the programs that runs and tells its version. */
export async function findCommand(
  candidates: readonly (string | undefined)[],
  args: readonly string[],
  missing: string,
): Promise<Found | Missing> {
  for (const path of candidates) {
    if (path === undefined) continue;
    try {
      const { stdout } = await command(path, args, { ms: 60_000 });
      const version = /\d+(\.\d+)+/.exec(stdout)?.[0];
      if (version !== undefined) return { path, version };
    } catch {
      // The next one, then.
    }
  }
  return { missing };
}

/** A file of an installed package. */
export function packaged(name: string, file: string): string | undefined {
  try {
    return join(createRequire(join(ROOT, "package.json")).resolve(`${name}/package.json`), "..", file);
  } catch {
    return undefined;
  }
}
