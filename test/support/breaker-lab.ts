import { type Breaker, type BreakerEvent, breakerHandler, type BreakerOptions } from "../../src/breaker.ts";
import { VirtualClock } from "../../src/lab.ts";
import { settled } from "./settled.ts";
import { LogBook } from "./log-book.ts";
import { portedHostOf } from "./ported-host.ts";
import { ScriptedHandler } from "./scripted-handler.ts";

type Answer = Response | null | undefined;

/** A breaker in a glass case: its time, its luck, its answers, its events and its log are in the test's hands. */
export interface BreakerLab {
  readonly breaker: Breaker<Answer>;
  readonly clock: VirtualClock;
  readonly handler: ScriptedHandler;
  readonly events: BreakerEvent[];
  readonly book: LogBook;
  /** Sends a request that the host fails. @returns What the caller gets. */
  failing(url?: string, error?: unknown): Promise<unknown>;
  /** Sends a request that the host answers. @returns What the caller gets. */
  answering(url?: string, response?: Response): Promise<unknown>;
  /** Fails until the circuit opens. `options.threshold` is 2 in the lab. */
  trip(url?: string): Promise<void>;
  /** Whether a request gets through now. It stays unanswered. */
  isLetThrough(url?: string): Promise<boolean>;
  /** The state of the host. */
  state(host?: string): string | undefined;
}

export type BreakerLabOptions = BreakerOptions<Answer> & { readonly manners?: "polite" | "deaf" };

/** No jitter: the back-off is what it is without. */
export const NO_JITTER = 0.5;

export const URL_OF_HOST = "https://example.com/";
/** What the breaker calls it. */
export const HOST = "example.com:443";

/** A breaker with a threshold of 2 and no jitter. `options` win over what the lab brings. */
export function breakerLab({ manners, ...options }: BreakerLabOptions = {}): BreakerLab {
  const clock = new VirtualClock({ start: 1000 });
  const handler = new ScriptedHandler(manners);
  const events: BreakerEvent[] = [];
  const book = new LogBook();
  const breaker = breakerHandler<Answer>({
    delegate: handler.handle,
    threshold: 2,
    clock,
    random: () => NO_JITTER,
    logger: book,
    onEvent: (event) => events.push(event),
    ...options,
  });
  const send = async (url: string, answer: () => void): Promise<unknown> => {
    const before = handler.calls.length;
    const sending = breaker(url).catch((error: unknown) => error);
    await settled();
    if (handler.calls.length > before) answer();
    return sending;
  };
  const failing: BreakerLab["failing"] = (url = URL_OF_HOST, error = new TypeError("fetch failed")) =>
    send(url, () => handler.call(-1).fail(error));
  return {
    breaker,
    clock,
    handler,
    events,
    book,
    failing,
    answering: (url = URL_OF_HOST, response = new Response(null)) =>
      send(url, () => handler.call(-1).respond(response)),
    trip: async (url = URL_OF_HOST) => {
      const host = portedHostOf(url);
      for (let i = 0; i < 100 && breaker.states().get(host)?.state !== "open"; i++) await failing(url);
    },
    isLetThrough: async (url = URL_OF_HOST) => {
      const before = handler.calls.length;
      breaker(url).catch(() => undefined);
      await settled();
      return handler.calls.length > before;
    },
    state: (host = HOST) => breaker.states().get(host)?.state,
  };
}
