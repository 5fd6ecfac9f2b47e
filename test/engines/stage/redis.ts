import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../support/free-port.ts";
import { until } from "../../support/until.ts";

/** A real `redis-server` of a test's own, on a free port of the loopback, which keeps what it is told in a temporary folder. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async open(): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "httppool-redis-")));
    await server.start();
    return server;
  }

  /** Starts it, with all that it knew when it was stopped. Resolves when it answers. */
  async start(): Promise<void> {
    const options = {
      port: this.port,
      bind: "127.0.0.1",
      dir: this.#folder,
      appendonly: "yes",
      save: "",
      "maxmemory-policy": "noeviction",
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn("redis-server", args, { stdio: "ignore" });
    this.#process = child;
    await once(child, "spawn");
    await until(() => this.#answers());
  }

  /** Ends it as an operator would: what it was told is on disk. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    await exit;
  }

  /** Asks it one thing, by a connection of its own. */
  async ask(command: string, ...args: readonly string[]): Promise<unknown> {
    const redis = new Redis(this.port, "127.0.0.1", { retryStrategy: () => null, lazyConnect: true });
    // The command itself tells of it.
    redis.on("error", () => undefined);
    try {
      await redis.connect();
      return await redis.call(command, ...args);
    } finally {
      redis.disconnect();
    }
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** While it reads its file it answers, but to nothing else. */
  async #answers(): Promise<boolean> {
    try {
      return (await this.ask("PING")) === "PONG";
    } catch {
      return false;
    }
  }
}
