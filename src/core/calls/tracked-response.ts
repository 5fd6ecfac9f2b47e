import type { RunningAttempt } from "../queued-task.ts";
import { orElse } from "../../lib/or-else.ts";
import { onCollected } from "../../lib/runtime/on-collected.ts";

/** A response whose body says when it has ended. */
export interface Tracked {
  readonly response: Response;
  /** Resolves when the body was read, cancelled or garbage-collected; rejects with what it failed with. */
  readonly ended: Promise<void>;
}

/** Statuses that a `Response` with a body can't be made with. */
const NULL_BODY_STATUS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Whether the response has a body to follow. */
export function canTrack({ body, status }: Response): boolean {
  return body !== null && body !== undefined && status >= 200 && !NULL_BODY_STATUS.has(status);
}

/** Follows the body of a response, which stays what plain `fetch` returns in all that can be seen of it. */
export function track(original: Response, attempt: RunningAttempt): Tracked {
  const source = original.body as ReadableStream<Uint8Array<ArrayBuffer>>; // canTrack() has seen it
  const isBytes = canByob(source);
  const reader = source.getReader();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const failure: Failure = {};
  const fail = (error: unknown): void => {
    failure.error ??= { cause: error };
    reject(error);
  };
  // A connection may be lost while nobody reads: the caller hears of it when they read on, the slot at once.
  reader.closed.catch(fail);
  const { signal } = attempt;
  // It cancels through the reader, and does not refer to the new stream: the signal would keep that alive for as long as the
  // attempt lives, and nobody would hear that the caller has let go of it.
  const onAbort = (): void => {
    fail(signal.reason);
    reader.cancel(signal.reason).catch(() => undefined);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  const forget = (): void => signal.removeEventListener("abort", onAbort);
  ended.then(forget, forget);
  const tracked = {
    ...(isBytes && { type: "bytes" as const }),
    async pull(controller: ReadableByteStreamController): Promise<void> {
      try {
        const { done, value } = await reader.read();
        if (signal.aborted) throw signal.reason;
        if (!done) return controller.enqueue(value);
        resolve();
        controller.close();
        if (isBytes) controller.byobRequest?.respond(0);
      } catch (error) {
        const reason: unknown = signal.aborted ? signal.reason : error;
        fail(reason);
        throw reason;
      }
    },
    cancel(reason: unknown): Promise<void> {
      resolve();
      return reader.cancel(reason);
    },
  } as UnderlyingByteSource; // or a default source: the same but for `type`
  const body = new ReadableStream(tracked, { highWaterMark: 0 });
  // A platform may collect the stream's object while somebody holds its reader alone. The source it keeps, since it calls it
  // for each piece.
  onCollected(tracked, () => {
    resolve();
    reader.cancel().catch(() => undefined);
  });
  return { response: resemble(copy(original, body), original, failure), ended };
}

/** The response with another body. Servers send statuses and texts that no `Response` can be made with. */
function copy({ status, statusText, headers }: Response, body: ReadableStream<Uint8Array<ArrayBuffer>>): Response {
  try {
    return new Response(body, { status, statusText, headers });
  } catch {
    return new Response(body, { headers });
  }
}

/** Puts properties on a response, as changeable as those that it has. */
function define(response: Response, properties: Readonly<Record<string, unknown>>): Response {
  for (const [name, value] of Object.entries(properties)) {
    const isMethod = typeof value === "function";
    Object.defineProperty(response, name, { value, configurable: true, writable: isMethod });
  }
  return response;
}

/** What a body has failed with, if it has. */
interface Failure {
  error?: { readonly cause: unknown };
}

const READING = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** Gives a response what only `fetch` can: its URL, its immutable headers, and errors as the network gives them. */
function resemble(response: Response, original: Response, failure: Failure): Response {
  const { url, redirected, type, headers } = original;
  const clone = response.clone.bind(response);
  for (const name of READING) {
    const read = response[name] as (() => Promise<unknown>) | undefined;
    // Older platforms have no `bytes()`.
    if (read === undefined) continue;
    const readOrFail = (): Promise<unknown> =>
      read.call(response).catch((error: unknown) => {
        // Some platforms give an error of their own for that of the stream.
        throw failure.error === undefined ? error : failure.error.cause;
      });
    define(response, { [name]: readOrFail });
  }
  const { status, statusText, ok } = original;
  if (response.status !== status || response.statusText !== statusText) define(response, { status, statusText, ok });
  return define(response, { url, redirected, type, headers, clone: () => resemble(clone(), original, failure) });
}

function canByob(source: ReadableStream): boolean {
  return orElse(() => {
    source.getReader({ mode: "byob" }).releaseLock();
    return true;
  }, false);
}
