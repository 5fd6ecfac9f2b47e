/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origins */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import type { Addresses } from "./addresses.ts";
import type { Tally } from "./tally.ts";

/** A server on loopback, in a thread of its own. */
export class Site implements Addresses {
  readonly origin: string;
  readonly deadOrigin: string;
  readonly #worker: Worker;

  private constructor(worker: Worker, origin: string, deadOrigin: string) {
    this.#worker = worker;
    this.origin = origin;
    this.deadOrigin = deadOrigin;
  }

  static async open(): Promise<Site> {
    const worker = new Worker(new URL("worker.ts", import.meta.url));
    const [origin] = (await once(worker, "message")) as [string];
    return new Site(worker, origin, await findDeadOrigin());
  }

  /** What the server has seen so far. */
  async tally(): Promise<Tally> {
    this.#worker.postMessage("tally");
    const [tally] = (await once(this.#worker, "message")) as [Tally];
    return tally;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Of a port that was free a moment ago. */
async function findDeadOrigin(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}
