import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Random } from "./random.ts";

/** A server on this machine that works on so many requests at once, in 40 to 60 ms each, and lets the others wait. It tells nobody. */
export class HiddenCapacity {
  /** Requests that it works on at once. */
  capacity: number;
  readonly #random: Random;
  readonly #waiting: ServerResponse[] = [];
  readonly #server: Server;
  #busy = 0;

  constructor(capacity: number, random: Random) {
    this.capacity = capacity;
    this.#random = random;
    this.#server = createServer((_, response) => {
      this.#waiting.push(response);
      this.#work();
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #work(): void {
    while (this.#busy < this.capacity) {
      const response = this.#waiting.shift();
      if (response === undefined) return;
      this.#busy++;
      setTimeout(
        () => {
          this.#busy--;
          response.end("Here you are");
          this.#work();
        },
        40 + 20 * this.#random.next(),
      );
    }
  }
}
