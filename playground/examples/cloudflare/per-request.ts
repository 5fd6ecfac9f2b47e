/* A pool per request: tells an event to every subscriber, four at a time, and answers before the last has heard of it.

   wrangler.jsonc: { "name": "events", "main": "per-request.ts", "compatibility_date": "2026-07-01",
                     "vars": { "SUBSCRIBERS": "https://a.example/hook https://b.example/hook" } } */
import { Client, requestTask } from "httppool";
import type { ExecutionContext } from "./cloudflare.ts";

interface Env {
  /** Their addresses, with spaces between. */
  readonly SUBSCRIBERS: string;
}

// At module scope nothing may touch a timer, a fetch or an AbortController. The client doesn't.
const client = new Client({ workers: 4, timeout: 10_000 });

export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    const body = await request.text();
    const pool = client.start();
    for (const subscriber of env.SUBSCRIBERS.split(" ")) {
      await pool.send(requestTask(subscriber, { method: "POST", body }));
    }
    // Takes no more, and keeps the request alive until what it took is done.
    context.waitUntil(pool.close());
    return new Response("Accepted", { status: 202 });
  },
};
