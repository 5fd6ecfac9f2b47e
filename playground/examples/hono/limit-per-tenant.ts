import type { MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { DispatchCloser, PooledFetch } from "httppool";

/** What a request has in a Hono app behind {@link limitPerTenant}. */
export interface TenantEnv {
  readonly Variables: {
    /** The tenant's way to the upstream: `fetch`, through the tenant's lane. */
    readonly fetch: PooledFetch;
  };
}

/**
 * Gives each request a `fetch` that goes through its tenant's lane of the pool. A tenant of whom `places` requests wait
 * already is told to come back later.
 */
export function limitPerTenant(pool: DispatchCloser, places: number): MiddlewareHandler<TenantEnv> {
  return async (context, next) => {
    const tenant = context.req.header("x-tenant");
    if (tenant === undefined) throw new HTTPException(401, { message: "Say who you are" });
    if ((pool.lanes().get(tenant)?.waiting ?? 0) >= places) {
      return context.text("Too many requests", 429, { "retry-after": "1" });
    }
    context.set("fetch", (input, init) => pool.fetch(input, { lane: tenant, ...init }));
    return next();
  };
}
