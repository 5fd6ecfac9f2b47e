import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Gauge } from "../../playground/demo/site/gauge.ts";

/** One request, as it came over the wire, and the connection to answer it on, in any way there is. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** The request line and the headers. */
  readonly head: string;
  readonly socket: Socket;
  /** Writes to the connection. */
  write(text: string): void;
  /** Writes the rest of the answer: from here on the request no longer counts as being under way. */
  end(text?: string): void;
}

/** Answers a request, or doesn't. */
export type RawScript = (request: RawRequest) => void;

/** An HTTP server that knows next to nothing about HTTP, so that it can answer what no HTTP server would. */
export class RawServer {
  /** Connections that had a request and were closed again, by whomever. */
  closes = 0;
  readonly requests: RawRequest[] = [];
  readonly #script: RawScript;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #gauge = new Gauge();

  private constructor(script: RawScript) {
    this.#script = script;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** A server on a free port of loopback. */
  static async open(script: RawScript): Promise<RawServer> {
    const server = new RawServer(script);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Connections that had a request. Platforms open others, to have them when they need them. */
  get connections(): number {
    return new Set(this.requests.map(({ socket }) => socket)).size;
  }

  /** Those of them that are open now. */
  get open(): number {
    return this.connections - this.closes;
  }

  /** The most requests that were under way at once. */
  get most(): number {
    return this.#gauge.most;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let leave: (() => void) | undefined;
    let received = "";
    socket.setNoDelay();
    socket.on("data", (data: Buffer) => {
      received += data.toString("latin1");
      for (let length = lengthOf(received); length !== undefined; length = lengthOf(received)) {
        const head = received.slice(0, received.indexOf("\r\n\r\n"));
        received = received.slice(length);
        const over = this.#gauge.enter();
        leave = over;
        this.#answer(head, socket, over);
      }
    });
    socket.on("finish", () => leave?.());
    socket.on("end", () => leave?.());
    // Resets are part of the game. What they do to the client is what is tested.
    socket.on("error", () => leave?.());
    socket.on("close", () => {
      leave?.();
      if (leave !== undefined) this.closes++;
      this.#sockets.delete(socket);
    });
  }

  #answer(head: string, socket: Socket, leave: () => void): void {
    const [method = "", path = ""] = head.split(" ");
    const request: RawRequest = {
      method,
      path,
      head,
      socket,
      write: (text) => {
        if (!socket.destroyed) socket.write(text, "latin1");
      },
      end: (text = "") => {
        leave();
        request.write(text);
      },
    };
    this.requests.push(request);
    this.#script(request);
  }
}

/** Of the first request in what was received, body included; undefined when it is not all there. */
function lengthOf(received: string): number | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = end + 4 + Number(/\r\ncontent-length: *(\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
  return received.length >= length ? length : undefined;
}
