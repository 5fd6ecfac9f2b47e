import type { Handler } from "../../src/api/handler.ts";

/** One request that a {@link ScriptedHandler} was given, for the test to answer. */
export class HandlerCall {
  readonly request: Request;
  readonly init: { readonly signal: AbortSignal };
  readonly answer: Promise<Response | null | undefined>;
  readonly #resolve: (response: Response | null | undefined) => void;
  readonly #reject: (error: unknown) => void;

  constructor(request: Request, init: { readonly signal: AbortSignal }) {
    this.request = request;
    this.init = init;
    const { promise, resolve, reject } = Promise.withResolvers<Response | null | undefined>();
    this.answer = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  respond(response: Response | null | undefined = new Response(null, { status: 204 })): void {
    this.#resolve(response);
  }

  /** Resolves to anything at all, as untyped code may. */
  respondWith(answer: unknown): void {
    this.#resolve(answer as Response);
  }

  fail(error: unknown): void {
    this.#reject(error);
  }
}

/** A handler whose answers the test gives, one by one, when it wants. */
export class ScriptedHandler {
  readonly calls: HandlerCall[] = [];
  readonly #isDeaf: boolean;

  /** @param manners `deaf`: ignores its signal. Else it rejects with the reason, as `fetch` does. */
  constructor(manners: "polite" | "deaf" = "polite") {
    this.#isDeaf = manners === "deaf";
  }

  readonly handle: Handler = (request, init) => {
    const call = new HandlerCall(request, init);
    this.calls.push(call);
    if (!this.#isDeaf) {
      const { signal } = init;
      signal.addEventListener("abort", () => call.fail(signal.reason), { once: true });
    }
    return call.answer;
  };

  /** The call of this number, from 0; negative numbers count from the last. */
  call(number: number): HandlerCall {
    const call = this.calls.at(number);
    if (call === undefined) throw new Error(`The handler has had ${this.calls.length} calls only`);
    return call;
  }

  /** The paths asked for, in order. */
  get paths(): string[] {
    return this.calls.map(({ request }) => new URL(request.url).pathname);
  }
}

/** A handler that answers every request at once with what `respond` makes. */
export function instantHandler(respond: (request: Request) => Response | null | undefined): Handler {
  return (request) => Promise.resolve(respond(request));
}
