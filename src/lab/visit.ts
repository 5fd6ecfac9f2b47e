import type { Clock } from "../api/clock.ts";
import { expect, isWhole } from "../lib/checks.ts";
import { consoleLogger } from "../lib/runtime/console-logger.ts";
import { readByPromises } from "../lib/runtime/read-by-promises.ts";
import { Subscription } from "../lib/follower.ts";
import type { Capacity, Service, Station } from "./capacity.ts";
import type { Made } from "./content.ts";
import type { Exchange } from "./exchange.ts";
import { LONGEST_DELAY } from "./lab-checks.ts";
import { draws, drawsAbout, luck } from "./luck.ts";
import { breaksWithin, outageAt } from "./outages.ts";
import { type RateLimiter, rateLimitFields } from "./rate-limit.ts";
import type { Route } from "./routes.ts";
import { SentBody } from "./sent-body.ts";
import { Upload } from "./upload.ts";
import type { Outage } from "./server-options.ts";
import type { OpenExchange, ServerRecord } from "./server-record.ts";

/** What a request finds at its server. */
export interface Surroundings {
  readonly clock: Clock;
  readonly record: ServerRecord;
  readonly seed: number;
  readonly numberOf: ((request: Request) => number) | undefined;
  tell(exchange: Exchange, stage: "arrival" | "headers" | "end"): void;
  find(host: string, path: string, request: () => Request): Route;
  limiter(key: string): RateLimiter;
  station(key: string, capacity: Capacity): Station;
}

/** A refusal costs a server nothing: it takes so many ms at most. */
const REFUSAL = 10;
/** Where an endless body breaks. */
const BREAK = 65_536;
const NO_BODY: Made = { content: 0, isText: false, speed: Infinity, declared: true };
/** Statuses that have no body (Fetch, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** What luck is drawn about. */
const LATENCY = 1;
const ERROR = 2;
const WHICH_ERROR = 3;
const RESET = 4;
const BROKEN_BODY = 5;

/** One request's way through a server, from its arrival to the end of its body. */
export class Visit {
  readonly #at: Surroundings;
  readonly #request: Request;
  readonly #upload: Upload;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: Error) => void;
  readonly #subscription: Subscription | undefined;
  readonly #host: string;
  readonly #route: Route;
  readonly #exchange: OpenExchange;
  readonly #number: number;
  #timer: unknown;
  #service: Service | undefined;
  #body: SentBody | undefined;

  constructor(
    surroundings: Surroundings,
    request: Request,
    signal: AbortSignal | undefined,
    resolve: (response: Response) => void,
    reject: (error: Error) => void,
  ) {
    const { clock, record, numberOf } = surroundings;
    const { method, url } = request;
    const [, host = "", path = "/"] = /^\w+:\/\/([^/?#]*)([^?#]*)/.exec(url) ?? [];
    this.#at = surroundings;
    this.#request = request;
    this.#upload = new Upload(request, clock);
    this.#resolve = resolve;
    this.#reject = reject;
    this.#host = host;
    // These may throw what the user's functions do: before anything is counted.
    this.#route = surroundings.find(host, path, () => request);
    const number = numberOf && expect(numberOf(request), "what `numberOf` gives", "a whole number", isWhole);
    this.#exchange = record.begin(method, url, host, clock.now());
    this.#number = number ?? this.#exchange.number;
    this.#subscription = signal && new Subscription(signal, (reason) => this.#abort(reason));
  }

  begin(): void {
    this.#tell("arrival");
    if (this.#exchange.end === undefined) this.#attempt(() => this.#arrive());
    if (this.#exchange.end === undefined) this.#receive();
  }

  /** Reads what is sent, whatever the answer will be: that waits for nothing but its time, so that each run is the same. */
  #receive(): void {
    const onFailure = (cause: unknown): void => {
      if (this.#exchange.headersAt === undefined) this.#abort(new TypeError("fetch failed", { cause }));
    };
    this.#upload.read((count) => (this.#exchange.uploaded += count), onFailure);
  }

  #arrive(): void {
    const { clock } = this.#at;
    const { behavior, capacityKey, limitKey } = this.#route;
    const latency = Math.min(
      behavior.latency(drawsAbout(this.#at.seed, this.#number, LATENCY), () => this.#request),
      LONGEST_DELAY,
    );
    const refuse = (then: () => void): void => void (this.#timer = clock.setTimeout(then, Math.min(latency, REFUSAL)));
    const outage = outageAt(behavior.outages, clock.now());
    if (outage !== undefined) return this.#suffer(outage, refuse);
    const { rateLimit, capacity } = behavior;
    const verdict = rateLimit && this.#at.limiter(limitKey).take(clock.now(), rateLimit);
    const fields = rateLimit && verdict && rateLimit.fields !== false ? rateLimitFields(rateLimit, verdict) : {};
    if (verdict !== undefined && verdict.refusedFor > 0) {
      return refuse(() => this.#refuse(429, fields, verdict.refusedFor));
    }
    const answer = (): void => this.#attempt(() => this.#answer(fields));
    if (capacity === undefined) return void (this.#timer = clock.setTimeout(answer, latency));
    const { beyond, retryAfter } = capacity;
    const station = this.#at.station(capacityKey, capacity);
    if (station.isFull && typeof beyond === "number") return refuse(() => this.#refuse(beyond, fields, retryAfter));
    this.#service = station.serve(latency, answer);
  }

  #suffer({ how = "refuses" }: Outage, refuse: (then: () => void) => void): void {
    if (how === "refuses") refuse(() => this.#fail());
    else if (how !== "hangs") refuse(() => this.#send(how, {}, NO_BODY));
  }

  /** @param forMs What Retry-After says, if it says anything. It is whole seconds, and never too few. */
  #refuse(status: number, fields: Readonly<Record<string, string>>, forMs: number | undefined): void {
    if (forMs === undefined) return this.#send(status, fields, NO_BODY);
    const seconds = Math.ceil(forMs / 1000);
    this.#at.record.hold(this.#host, this.#at.clock.now() + seconds * 1000);
    this.#send(status, { ...fields, "retry-after": String(seconds) }, NO_BODY);
  }

  #answer(fields: Readonly<Record<string, string>>): void {
    const { behavior } = this.#route;
    if (this.#luck(RESET) < behavior.resets || this.#isBroken()) return this.#fail();
    const { errors, errorStatuses } = behavior;
    if (this.#luck(ERROR) < errors) {
      const which = errorStatuses[Math.floor(this.#luck(WHICH_ERROR) * errorStatuses.length)] ?? 500;
      return this.#send(which, fields, NO_BODY);
    }
    const body = behavior.body(draws(this.#at.seed, this.#number), () => this.#request);
    this.#send(behavior.status, { ...behavior.headers, ...fields }, body);
  }

  #send(status: number, headers: Readonly<Record<string, string>>, made: Made): void {
    const { clock, record } = this.#at;
    const { content, isText, speed, declared } = made;
    const length = typeof content === "number" ? content : content.byteLength;
    const isBodiless = BODILESS.has(status) || this.#request.method === "HEAD";
    const hasBody = length > 0 && !isBodiless;
    const entity = {
      ...(length > 0 && { "content-type": isText ? "text/plain;charset=utf-8" : "application/octet-stream" }),
      ...(declared && length < Infinity && !BODILESS.has(status) && { "content-length": String(length) }),
    };
    if (hasBody) {
      const breaks = this.#luck(BROKEN_BODY) < this.#route.behavior.brokenBodies;
      this.#body = new SentBody({
        clock,
        content,
        speed,
        resetAfter: breaks ? Math.floor(Math.min(length, 2 * BREAK) / 2) : Infinity,
        breaks: () => (this.#isBroken() ? new TypeError("terminated") : undefined),
        onEnd: (end) => this.#end(end),
      });
    }
    record.answer(this.#exchange, status, hasBody, clock.now());
    this.#tell("headers");
    const response = new Response(this.#body?.stream ?? null, { status, headers: { ...entity, ...headers } });
    if (!hasBody) this.#end("complete");
    this.#resolve(readByPromises(response));
  }

  /** Whether the server went down while the request was under way, and takes with it what is. */
  #isBroken(): boolean {
    return breaksWithin(this.#route.behavior.outages, this.#exchange.at, this.#at.clock.now());
  }

  #fail(error: Error = new TypeError("fetch failed")): void {
    this.#end("reset");
    this.#upload.cancel(error);
    this.#reject(error);
  }

  /** What the user's own functions throw, whoever asks them must hear of. */
  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #tell(stage: "arrival" | "headers"): void {
    this.#attempt(() => this.#at.tell(this.#exchange, stage));
  }

  #abort(reason: unknown): void {
    if (this.#exchange.end !== undefined) return;
    this.#end("aborted");
    this.#upload.cancel(reason);
    this.#reject(reason as Error);
    this.#body?.fail(reason);
  }

  #end(end: NonNullable<Exchange["end"]>): void {
    if (this.#exchange.end !== undefined) return;
    const { clock, record } = this.#at;
    this.#subscription?.unfollow();
    clock.clearTimeout(this.#timer);
    this.#service?.leave();
    record.end(this.#exchange, end, clock.now());
    try {
      this.#at.tell(this.#exchange, "end");
    } catch (error) {
      // Whoever sent the request has had his answer, or is having another error.
      consoleLogger.error("A listener failed", error);
    }
  }

  #luck(about: number): number {
    return luck(this.#at.seed, this.#number, about);
  }
}
