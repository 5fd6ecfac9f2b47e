/* One rate limit for all the Workers of the world: a Durable Object counts, and the pool of each request asks it before each
   start. Unlike a pool in the Durable Object, it passes on no bodies: they go straight to their server.

   wrangler.jsonc: { "name": "limited", "main": "gate.ts", "compatibility_date": "2026-07-01",
                     "vars": { "UPSTREAM": "https://api.example.com", "PER_SECOND": 10 },
                     "durable_objects": { "bindings": [{ "name": "LIMITER", "class_name": "Limiter" }] },
                     "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Limiter"] }] } */
import { Client, type Lanes } from "httppool";
import { lanes } from "httppool/lanes";
import type { DurableObjectNamespace } from "./cloudflare.ts";

interface Env {
  readonly UPSTREAM: string;
  readonly PER_SECOND: number;
  readonly LIMITER: DurableObjectNamespace;
}

/** Lets one request through each `1000 / PER_SECOND` ms, in the order in which they ask. One object for each lane. */
export class Limiter {
  readonly #period: number;
  #next = 0;

  constructor(_state: unknown, { PER_SECOND }: Env) {
    this.#period = 1000 / PER_SECOND;
  }

  /** Answers with the ms until the turn of who asks: 0, and the turn is taken; or more, and it asks again then. */
  async fetch(): Promise<Response> {
    const now = Date.now();
    const wait = Math.max(0, Math.ceil(this.#next - now));
    if (wait === 0) this.#next = Math.max(now, this.#next) + this.#period;
    return Response.json(wait);
  }
}

const gateOf = ({ LIMITER }: Env): Lanes =>
  lanes({
    gate: async (lane) => {
      const limiter = LIMITER.get(LIMITER.idFromName(lane));
      const response = await limiter.fetch(new Request("https://limiter"));
      return (await response.json()) as number;
    },
  });

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const pool = new Client({ workers: 4, lanes: gateOf(env) }).start();
    const { pathname, search } = new URL(request.url);
    return pool.fetch(new Request(env.UPSTREAM + pathname + search, request));
  },
};
