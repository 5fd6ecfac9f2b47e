import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** A request, as the server has counted it. */
export interface Arrival {
  /** Which job it is for. */
  readonly id: string;
  /** Which process has sent it. */
  readonly process: string;
  /** ms since the server was opened. */
  readonly at: number;
  /** The status that it was answered with, undefined while it is not. */
  status?: number;
}

/** What a request is answered with. `"reset"`: its connection is cut. undefined: it never is. */
export type Answer = { readonly status: number; readonly headers?: Record<string, string> } | "reset" | undefined;

/** Says what to answer, when the answer is due. */
export type Script = (arrival: Arrival) => Answer;

/** The server that jobs are delivered to, which counts what arrives: each promise of the engines is judged by it. */
export class Origin {
  readonly arrivals: Arrival[] = [];
  /** Decides when an answer is due, so that what arrived before counts too. */
  script: Script = () => ({ status: 200 });
  /** No answer is due before. */
  barrier: Promise<void> = Promise.resolve();
  /** ms from arrival to answer. */
  latency: number | ((id: string) => number) = 10;
  /** The most requests that there were at once, each until it is answered or its client has gone. */
  mostOpen = 0;
  readonly #underWay = new Set<ServerResponse>();
  readonly #openedAt = performance.now();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async open(): Promise<Origin> {
    const origin = new Origin();
    origin.#server.listen(0, "127.0.0.1");
    await once(origin.#server, "listening");
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get now(): number {
    return performance.now() - this.#openedAt;
  }

  /** How many requests are not answered. */
  get open(): number {
    return this.arrivals.filter(({ status }) => status === undefined).length;
  }

  /** How often each job has arrived. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { id } of this.arrivals) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  /** The jobs that arrived more than once. */
  repeated(): readonly string[] {
    return [...this.counts()].filter(([, count]) => count > 1).map(([id]) => id);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = String(request.headers["x-job"]);
    const arrival: Arrival = { id, process: String(request.headers["x-process"]), at: this.now };
    this.arrivals.push(arrival);
    this.#underWay.add(response);
    this.mostOpen = Math.max(this.mostOpen, this.#underWay.size);
    response.once("close", () => this.#underWay.delete(response));
    request.resume();
    const latency = typeof this.latency === "number" ? this.latency : this.latency(id);
    await Promise.all([sleep(latency), this.barrier]);
    const answer = this.script(arrival);
    if (answer === undefined) return;
    // Its client may send the next before this server hears that the answer is out.
    this.#underWay.delete(response);
    if (answer === "reset") return void request.socket.destroy();
    arrival.status = answer.status;
    response.writeHead(answer.status, answer.headers).end("ok");
  }
}
