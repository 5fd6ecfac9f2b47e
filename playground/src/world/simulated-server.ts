import type { Clock } from "httppool";
import type { Settings } from "../settings/settings.ts";
import { SentBody } from "./body.ts";
import { fateOf } from "./fate.ts";
import { hasErrors, hasLimit, isDown, numberOf } from "./hosts.ts";

/** What the server tells of its connections. */
export interface ServerWatcher {
  onOpen?(request: number, at: number): void;
  onHeaders?(request: number, at: number, status: number): void;
  onClose?(request: number, at: number): void;
}

/** Requests that are remembered, should they come again. */
const ATTEMPTS = 5000;

/** One request, from its arrival to the end of its body. */
interface Exchange {
  readonly number: number;
  timer: unknown;
  body: SentBody | undefined;
  over: boolean;
}

/** A server inside the page. It does to requests what servers do, on the clock of the scene. */
export class SimulatedServer {
  readonly #settings: () => Settings;
  readonly #clock: Clock;
  readonly #watcher: ServerWatcher;
  /** When each host has room again for a request, by its limit. */
  readonly #limits = new Map<string, { due: number; refusesUntil: number }>();
  /** How often each of the last requests has come. */
  readonly #attempts = new Map<number, number>();
  #open = 0;
  #mostOpen = 0;

  /** @param settings Asked at each request: the sliders act at once. */
  constructor(settings: () => Settings, clock: Clock, watcher: ServerWatcher = {}) {
    this.#settings = settings;
    this.#clock = clock;
    this.#watcher = watcher;
  }

  /** Connections open now: from the request to the last byte of the body. */
  get open(): number {
    return this.#open;
  }

  /** The most connections that were open at once. */
  get mostOpen(): number {
    return this.#mostOpen;
  }

  /** Shaped like `fetch`: a handler for a pool, and a `fetch` for whoever has none. */
  readonly fetch = (request: Request, init: { readonly signal?: AbortSignal } = {}): Promise<Response> => {
    const { signal } = init;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const exchange = this.#begin(numberOf(request.url));
      const onAbort = (): void => {
        reject(signal?.reason as Error);
        exchange.body?.fail(signal?.reason);
        this.#end(exchange);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const settle = (answer: Response | TypeError): void => {
        if (answer instanceof Response) resolve(answer);
        else reject(answer);
      };
      this.#answer(exchange, new URL(request.url).host, settle, () => signal?.removeEventListener("abort", onAbort));
    });
  };

  #begin(number: number): Exchange {
    this.#open++;
    this.#mostOpen = Math.max(this.#mostOpen, this.#open);
    this.#watcher.onOpen?.(number, this.#clock.now());
    return { number, timer: undefined, body: undefined, over: false };
  }

  #end(exchange: Exchange): void {
    if (exchange.over) return;
    exchange.over = true;
    this.#clock.clearTimeout(exchange.timer);
    this.#open--;
    this.#watcher.onClose?.(exchange.number, this.#clock.now());
  }

  #answer(exchange: Exchange, host: string, settle: (answer: Response | TypeError) => void, onEnd: () => void): void {
    const settings = this.#settings();
    const attempt = this.#attempt(exchange.number);
    const fate = fateOf(exchange.number, hasErrors(host, settings) ? settings : { ...settings, errors: 0 }, attempt);
    const end = (): void => {
      onEnd();
      this.#end(exchange);
    };
    const breaks = fate.reset === "before the headers" || isDown(host, settings);
    const refusedFor = breaks ? 0 : this.#refusedFor(host, settings);
    const wait = isDown(host, settings)
      ? Math.min(20, fate.latency)
      : refusedFor > 0
        ? Math.min(10, fate.latency)
        : fate.latency * this.#slowdown(settings) + settings.upload / perMs(settings);
    exchange.timer = this.#clock.setTimeout(() => {
      if (breaks) {
        end();
        return settle(new TypeError("Failed to fetch"));
      }
      const status = refusedFor > 0 ? 429 : fate.status;
      this.#watcher.onHeaders?.(exchange.number, this.#clock.now(), status);
      const bytes = status === 429 ? 64 : fate.bytes;
      exchange.body = new SentBody({
        clock: this.#clock,
        bytes,
        speed: perMs(settings) * 1024,
        resetAfter: fate.reset === "in the body" ? Math.floor((bytes ?? 262_144) / 2) : undefined,
        onEnd: end,
      });
      const headers = new Headers({ "content-type": "application/octet-stream" });
      if (bytes !== undefined) headers.set("content-length", String(bytes));
      if (status === 429) headers.set("retry-after", String(Math.ceil(refusedFor / 1000)));
      settle(new Response(exchange.body.stream, { status, headers }));
    }, wait);
  }

  /** Which attempt this is. One that has not come again for long counts as new. */
  #attempt(number: number): number {
    const attempt = (this.#attempts.get(number) ?? 0) + 1;
    this.#attempts.delete(number);
    this.#attempts.set(number, attempt);
    if (this.#attempts.size > ATTEMPTS) {
      const [oldest] = this.#attempts.keys();
      if (oldest !== undefined) this.#attempts.delete(oldest);
    }
    return attempt;
  }

  /** ms for which the host refuses requests; 0 when it takes this one. */
  #refusedFor(host: string, settings: Settings): number {
    const { limit, retryAfter } = settings;
    if (limit === 0 || !hasLimit(host, settings)) return 0;
    const now = this.#clock.now();
    const state = this.#limits.get(host) ?? { due: now - 1000, refusesUntil: 0 };
    this.#limits.set(host, state);
    if (state.refusesUntil > now) return state.refusesUntil - now;
    // A second's worth may come at once; then it is one by one.
    const due = Math.max(state.due, now - 1000) + 1000 / limit;
    if (due > now) {
      state.refusesUntil = now + retryAfter * 1000;
      return Math.max(retryAfter * 1000, 1);
    }
    state.due = due;
    return 0;
  }

  #slowdown({ capacity }: Settings): number {
    return capacity === 0 ? 1 : Math.max(1, this.#open / capacity) ** 1.5;
  }
}

/** KB per ms. */
function perMs({ speed }: Settings): number {
  return speed / 1000;
}
