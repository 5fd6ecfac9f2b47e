import { isObject } from "./checks.ts";
import { Mark } from "./marks.ts";

/** Marks a function with what it will make a request of, so that this is known without calling it. */
export class RequestSource extends Mark {
  readonly #input: string | Request;
  readonly #init: RequestInit | undefined;

  private constructor(maker: object, input: string | Request, init: RequestInit | undefined) {
    super(maker);
    this.#input = input;
    this.#init = init;
  }

  static mark(maker: object, input: string | Request, init: RequestInit | undefined): void {
    void new RequestSource(maker, input, init).#input;
  }

  /** Marks a function as the one that it wraps is marked, if it is. */
  static copy(wrapped: object, wrapper: object): void {
    if (#input in wrapped) RequestSource.mark(wrapper, wrapped.#input, wrapped.#init);
  }

  /** Tells the source of an upload, where there is one, that it will not be sent. */
  static cancel(maker: object, reason: unknown): void {
    if (!(#input in maker)) return;
    const { body } = maker.#init ?? {};
    if (body !== undefined) cancelStream(body, reason);
    else if (isObject(maker.#input)) cancelUpload(maker.#input, reason);
  }
}

/** Cancels the body of a request that will not be sent, as plain `fetch` does: its source is told. */
export function cancelUpload(request: Request, reason: unknown): void {
  try {
    if (!request.bodyUsed) cancelStream(request.body, reason);
  } catch {
    // What another package made may fail to tell of itself, and a task that has finished must not fail over it.
  }
}

function cancelStream(body: unknown, reason: unknown): void {
  if (!isObject(body) || !("getReader" in body)) return;
  const stream = body as ReadableStream;
  // What the source throws when it is told is its own affair, as it is with `fetch`.
  if (!stream.locked) stream.cancel(reason).catch(() => undefined);
}
