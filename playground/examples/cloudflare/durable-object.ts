/* A pool in a Durable Object: all requests of all the world share one pace to one upstream, four a second.

   wrangler.jsonc: { "name": "gate", "main": "durable-object.ts", "compatibility_date": "2026-07-01",
                     "vars": { "UPSTREAM": "https://api.example.com" },
                     "durable_objects": { "bindings": [{ "name": "GATE", "class_name": "Gate" }] },
                     "migrations": [{ "tag": "v1", "new_sqlite_classes": ["Gate"] }] } */
import { Client, type DispatchCloser } from "httppool";
import type { DurableObjectNamespace } from "./cloudflare.ts";

interface Env {
  readonly UPSTREAM: string;
  readonly GATE: DurableObjectNamespace;
}

const QUEUE_SIZE = 20;

const client = new Client({ workers: 1, period: 250, queueSize: QUEUE_SIZE });

/** Where the requests meet: unlike a pool at module scope, it may be shared between them. */
export class Gate {
  readonly #upstream: string;
  readonly #pool: DispatchCloser = client.start();

  constructor(_state: unknown, env: Env) {
    this.#upstream = env.UPSTREAM;
  }

  /** Passes a request on in its turn, or sends it away when the line is too long. */
  async fetch(request: Request): Promise<Response> {
    if (this.#pool.waiting === QUEUE_SIZE)
      return new Response("Busy", { status: 503, headers: { "retry-after": "5" } });
    const { pathname, search } = new URL(request.url);
    return this.#pool.fetch(new Request(this.#upstream + pathname + search, request));
  }
}

export default {
  fetch: (request: Request, env: Env): Promise<Response> => env.GATE.get(env.GATE.idFromName("gate")).fetch(request),
};
