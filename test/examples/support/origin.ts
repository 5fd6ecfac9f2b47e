import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Gauge } from "../../../playground/demo/site/gauge.ts";

/** A request, as the server has counted it. */
export interface Arrival {
  readonly method: string;
  /** Its path and query. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** Whether its client hung up before it had the answer. */
  readonly hungUp: boolean;
}

/** What a request is answered with. */
export interface Answer {
  /** @default 200 */
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

/** Says what to answer. It takes as long as it likes. */
export type Script = (arrival: Arrival) => Answer | Promise<Answer>;

/** The server that an example sends to, which counts what arrives: each promise of an example is judged by it. */
export class Origin {
  readonly arrivals: Arrival[] = [];
  readonly #script: Script;
  readonly #gauge = new Gauge();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(script: Script) {
    this.#script = script;
  }

  /** A server on a free port of loopback. */
  static async open(script: Script): Promise<Origin> {
    const origin = new Origin(script);
    origin.#server.listen(0, "127.0.0.1");
    await once(origin.#server, "listening");
    return origin;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The most requests that were under way at once. */
  get most(): number {
    return this.#gauge.most;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const leave = this.#gauge.enter();
    response.once("close", leave);
    try {
      const { method = "", url: path = "", headers } = request;
      const body = await buffer(request);
      this.arrivals.push({
        method,
        path,
        headers,
        body,
        get hungUp() {
          return response.destroyed && !response.writableFinished;
        },
      });
      const { status = 200, headers: told, body: text } = await this.#script(this.arrivals.at(-1) as Arrival);
      // Its client may send the next before this server hears that the answer is out.
      leave();
      response.writeHead(status, told).end(text);
    } catch {
      // Its client has gone, or the script cuts it off.
      response.destroy();
    }
  }
}
