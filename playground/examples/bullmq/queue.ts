/* What the producer and the workers agree on. */

/** What is delivered, and where to. Redis keeps it: whoever reads Redis reads it. */
export interface Hook {
  readonly url: string;
  readonly body: unknown;
}

export const QUEUE = "hooks";

export const connection: { readonly url: string } = { url: process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379" };
