/* A proxy with a limit per tenant: UPSTREAM=https://api.example.com PORT=3000 node proxy.ts

   Of each tenant two requests are under way at once, ten more wait, and the others are told to come back. So a noisy tenant
   waits for itself, and the upstream never sees more than twenty requests at once. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { proxy } from "hono/proxy";
import { Client } from "httppool";
import { lanes } from "httppool/lanes";
import { limitPerTenant, type TenantEnv } from "./limit-per-tenant.ts";

const upstream = process.env["UPSTREAM"] ?? "http://127.0.0.1:8080";
/** Requests that may wait, of each tenant. */
const PLACES = 10;

const pool = new Client({
  workers: 20,
  queueSize: 1000,
  // Until the last byte of an answer, its request counts as under way.
  hold: "body",
  lanes: lanes({ workers: 2, queueSize: PLACES }),
}).start();

const app = new Hono<TenantEnv>();
app.use(limitPerTenant(pool, PLACES));
app.all("*", ({ req, var: { fetch } }) => {
  const { pathname, search } = new URL(req.url);
  // The request has the signal of the one that came: when the tenant hangs up, it leaves the line, or is aborted.
  const customFetch = (request: Request): Promise<Response> => {
    // Of the proxy, not of the upstream.
    request.headers.delete("host");
    return fetch(request);
  };
  return proxy(upstream + pathname + search, { raw: req.raw, customFetch });
});

const server = serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => {
    console.log(`Listening on http://127.0.0.1:${port}`);
  },
);

process.once("SIGTERM", () => {
  server.close(() => void pool.close());
});
