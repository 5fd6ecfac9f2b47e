import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** How a process that works on jobs is set up. */
export interface WorkerSetup {
  readonly name: string;
  readonly redis: number;
  readonly origin: string;
  readonly queue: string;
  /** Jobs that it takes at once. */
  readonly concurrency: number;
  /** Slots of its pool. */
  readonly workers: number;
  readonly lanes?: boolean;
  /** Whether a 429 holds the queue. */
  readonly holds?: boolean;
  readonly hasLimiter?: boolean;
  /** ms from a SIGTERM to the abort of the pool. */
  readonly grace?: number;
  readonly lockDuration?: number;
}

/** A process of its own that works on the jobs of a queue. */
export class JobWorker {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown[]>;
  readonly #first: Promise<unknown[]>;
  #stderr = "";

  constructor(setup: WorkerSetup) {
    this.name = setup.name;
    const script = fileURLToPath(new URL("../children/worker.ts", import.meta.url));
    this.#process = fork(script, [JSON.stringify(setup)], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    this.#process.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
    this.#exit = once(this.#process, "exit");
    this.#first = Promise.race([once(this.#process, "message"), this.#exit]);
  }

  /** Resolves when it takes jobs. */
  async ready(): Promise<this> {
    const [first] = await this.#first;
    if (first !== "ready") throw new Error(`${this.name} did not start: ${this.#stderr}`);
    return this;
  }

  /** What it has logged. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Ends it. @returns Its exit code, null when it was killed. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
    this.#process.kill(signal);
    const [code] = await this.#exit;
    return code as number | null;
  }
}
