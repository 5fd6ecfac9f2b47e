import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Random } from "./random.ts";

/** A server on loopback that behaves in one way, and keeps what it saw. */
export class Host {
  readonly name: string;
  requests = 0;
  /** Requests that came while it had asked for quiet. Those under way when it did so are left out. */
  tooSoon = 0;
  readonly #server: Server;
  /** From when to when it has asked for quiet. */
  #quiet: readonly [from: number, to: number] = [0, 0];

  constructor(name: string, answer: (host: Host) => Answer) {
    this.name = name;
    this.#server = createServer(this.#listenerOf(answer));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async open(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  #listenerOf(answer: (host: Host) => Answer): RequestListener {
    return (_request, response) => {
      const now = performance.now();
      this.requests++;
      if (now > this.#quiet[0] && now < this.#quiet[1]) this.tooSoon++;
      const { status, retryAfter } = answer(this);
      if (retryAfter !== undefined) {
        response.setHeader("retry-after", retryAfter);
        this.#quiet = [now + UNDER_WAY_MS, now + retryAfter * 1000];
      }
      response.statusCode = status;
      setTimeout(() => response.end("done"), LATENCY_MS);
    };
  }
}

interface Answer {
  readonly status: number;
  /** Seconds. */
  readonly retryAfter?: number;
}

const LATENCY_MS = 5;

/** What was sent before the pool could hear of a 429 comes within so many ms of it. */
const UNDER_WAY_MS = 250;

/** How many requests the limited host answers between two 429s. */
const BURST = 20;

/** One that is fast, one that says 429 now and then, one that fails half of the time. */
export function threeHosts(random: Random): readonly Host[] {
  let left = BURST;
  const limited = (): Answer => {
    if (left-- > 0) return { status: 200 };
    left = BURST;
    return { status: 429, retryAfter: 1 };
  };
  return [
    new Host("fast", () => ({ status: 200 })),
    new Host("says 429", limited),
    new Host("fails half", () => ({ status: random.chance(0.5) ? 503 : 200 })),
  ];
}
