import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of its own, which says "ready" when it is. */
export class Child {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #first: Promise<unknown[]>;
  #stderr = "";

  /** @param script Of `children`. @param setup What it is told to do, its name too. */
  constructor(script: string, setup: { readonly name: string }) {
    this.name = setup.name;
    const path = fileURLToPath(new URL(`../children/${script}`, import.meta.url));
    this.#process = fork(path, [JSON.stringify(setup)], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    this.#exit = once(this.#process, "exit");
    this.#first = Promise.race([once(this.#process, "message"), this.#exit]);
  }

  /** Resolves when it is ready. */
  async ready(): Promise<this> {
    const [first] = await this.#first;
    if (first !== "ready") throw new Error(`${this.name} did not start: ${this.#stderr}`);
    return this;
  }

  /** What it has logged. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Lets it begin, where it waits for that. */
  go(): void {
    this.#process.send("go");
  }

  /** Resolves when it has ended. @returns Its exit code, null when it was killed. */
  async ended(): Promise<number | null> {
    const [code] = await this.#exit;
    return code as number | null;
  }

  /** Ends it. @returns Its exit code, null when it was killed. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    this.#process.kill(signal);
    return this.ended();
  }
}
