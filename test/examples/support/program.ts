import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../../support/until.ts";

/** The project's own folder: from there an example finds the built package, as `exports` of package.json says. */
export const ROOT: string = fileURLToPath(new URL("../../..", import.meta.url));

/** The folder of the examples. */
export const EXAMPLES: string = fileURLToPath(new URL("../../../playground/examples", import.meta.url));

/** The runtimes, as npm installs them, and how they are told to run a program. */
const RUNTIMES = {
  node: [process.execPath],
  deno: [`${ROOT}/node_modules/.bin/deno`, "run", "--no-remote", "--node-modules-dir=manual", "--no-check"],
  bun: [`${ROOT}/node_modules/.bin/bun`, "run"],
} as const;

/** What a program is started with. */
export interface Start {
  readonly runtime: keyof typeof RUNTIMES;
  /** Flags of the runtime. */
  readonly flags?: readonly string[];
  /** The program, from the folder of the examples. */
  readonly file: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An example that runs in a process of its own. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown[]>;
  stdout = "";
  stderr = "";

  constructor({ runtime, flags = [], file, args = [], env = {} }: Start) {
    const [path, ...own] = RUNTIMES[runtime];
    const { NODE_OPTIONS: _, FORCE_COLOR: __, ...inherited } = process.env;
    this.#child = spawn(path, [...own, ...flags, file, ...args], {
      cwd: EXAMPLES,
      env: { ...inherited, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    });
    for (const stream of ["stdout", "stderr"] as const) {
      this.#child[stream].setEncoding("utf8").on("data", (chunk: string) => {
        this[stream] += chunk;
      });
    }
    this.#closed = once(this.#child, "close");
  }

  /** Its lines of output. */
  get lines(): readonly string[] {
    return this.stdout.split("\n").filter((line) => line !== "");
  }

  /** Resolves with what it says that matches. */
  async says(pattern: RegExp): Promise<string> {
    await until(() => pattern.test(this.stdout) || this.#child.exitCode !== null, `it says ${pattern}`);
    const [match] = pattern.exec(this.stdout) ?? [];
    if (match === undefined) throw new Error(`It ended with ${this.#child.exitCode}: ${this.stdout}${this.stderr}`);
    return match;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Ends its standard input. */
  finishInput(): void {
    this.#child.stdin.end();
  }

  /** Resolves when it has ended. @returns Its exit code, null when a signal ended it. */
  async ended(): Promise<number | null> {
    const [code] = await this.#closed;
    return code as number | null;
  }

  /** Asks it to end. @returns Its exit code. */
  end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended();
  }
}
