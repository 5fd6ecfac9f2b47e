/* The little of Cloudflare's own types that the examples need: take `@cloudflare/workers-types` for the whole. */

/** What a handler is given to outlive its answer. */
export interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** One message of a queue. */
export interface Message<Body> {
  readonly body: Body;
  ack(): void;
  retry(options?: { readonly delaySeconds?: number }): void;
}

/** What a queue delivers at once. */
export interface MessageBatch<Body> {
  readonly messages: readonly Message<Body>[];
}

/** A class of Durable Objects. */
export interface DurableObjectNamespace<Id = unknown> {
  idFromName(name: string): Id;
  get(id: Id): { fetch(request: Request): Promise<Response> };
}
