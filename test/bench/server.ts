import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server in a process of its own, so that its CPU is not the client's. */
export class BodyServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  /** `${url}N` answers with N bytes. */
  readonly url: string;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async start(): Promise<BodyServer> {
    const child = fork(import.meta.filename);
    const [port] = (await once(child, "message")) as [number];
    return new BodyServer(child, port);
  }

  /** Connections opened since the last time this was asked. */
  async connections(): Promise<number> {
    const answer = once(this.#child, "message") as Promise<[number]>;
    this.#child.send("connections");
    const [connections] = await answer;
    return connections;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill();
    await ended;
  }
}

function serve(): void {
  let connections = 0;
  const bodies = new Map<number, Buffer>();
  const server = createServer((request, response) => {
    const length = Number(request.url?.slice(1));
    const body = bodies.get(length) ?? Buffer.alloc(length, "x");
    bodies.set(length, body);
    response.setHeader("content-length", length);
    response.setHeader("content-type", "text/plain");
    response.end(body);
  });
  server.keepAliveTimeout = 60_000;
  server.on("connection", () => connections++);
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("message", () => {
    process.send?.(connections);
    connections = 0;
  });
  process.on("disconnect", () => process.exit());
}

if (import.meta.main) serve();
