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
  /** Until when it has asked for quiet. */
  #quietUntil = 0;
  /** How many requests may still come that were under way when it did so. */
  #underWay = 0;

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
      const isQuiet = now < this.#quietUntil;
      if (isQuiet && this.#underWay-- <= 0) this.tooSoon++;
      const { status, retryAfter } = answer(this);
      if (retryAfter !== undefined) {
        response.setHeader("retry-after", retryAfter);
        this.#quietUntil = now + retryAfter * 1000;
        if (!isQuiet) this.#underWay = WORKERS_OF_A_HOST - 1;
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

/** How many requests are sent to a host at once. */
export const WORKERS_OF_A_HOST = 4;

/** How many requests the limited host answers before its first 429, and between two of them. */
const FIRST_BURST = 5;
const BURST = 20;

/** One that is fast, one that says 429 now and then, one that fails half of the time. */
export function threeHosts(random: Random): readonly Host[] {
  let left = FIRST_BURST;
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
