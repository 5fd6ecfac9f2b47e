import type { Exchange } from "./exchange.ts";

/** What a server has counted since it was made. */
export interface ServerCounts {
  /** Requests that arrived. */
  readonly arrivals: number;
  /** Of those, under way now: from the arrival to the last byte of the body. */
  readonly atOnce: number;
  /** The most that were under way at once. */
  readonly mostAtOnce: number;
  /** How many answers there were of each status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Requests that arrived while their host had asked for quiet by Retry-After. */
  readonly duringHold: number;
  /** Bodies that were not read to the end: cancelled, lost with an abort, or still unread now. */
  readonly unreadBodies: number;
  /** Connections that the server reset, or refused. */
  readonly resets: number;
  /** Requests whose senders gave up, before the headers or after. */
  readonly aborts: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** An exchange as its server writes it down. */
export type OpenExchange = Writable<Exchange> & { hasBody: boolean };

/** What a server remembers. */
export class ServerRecord {
  readonly #counts = { arrivals: 0, atOnce: 0, mostAtOnce: 0, duringHold: 0, resets: 0, aborts: 0 };
  readonly #statuses: Record<number, number> = {};
  readonly #holds = new Map<string, number>();
  readonly #keep: number;
  #bodies = 0;
  #readBodies = 0;
  #exchanges: OpenExchange[] = [];

  constructor(keep: number) {
    this.#keep = keep;
  }

  /** The latest exchanges, in order of arrival. */
  get exchanges(): readonly Exchange[] {
    return this.#exchanges.slice(-this.#keep || this.#exchanges.length);
  }

  get counts(): ServerCounts {
    return { ...this.#counts, statuses: { ...this.#statuses }, unreadBodies: this.#bodies - this.#readBodies };
  }

  begin(method: string, url: string, host: string, at: number): OpenExchange {
    const counts = this.#counts;
    const number = ++counts.arrivals;
    counts.mostAtOnce = Math.max(counts.mostAtOnce, ++counts.atOnce);
    const duringHold = at < (this.#holds.get(host) ?? -Infinity);
    if (duringHold) counts.duringHold++;
    const exchange: OpenExchange = {
      number,
      method,
      url,
      at,
      duringHold,
      atOnce: counts.atOnce,
      status: undefined,
      uploaded: 0,
      headersAt: undefined,
      endedAt: undefined,
      end: undefined,
      hasBody: false,
    };
    if (this.#keep > 0) this.#exchanges.push(exchange);
    // Now and then, so that it costs nothing to speak of.
    if (this.#exchanges.length > 2 * this.#keep) this.#exchanges = this.#exchanges.slice(-this.#keep);
    return exchange;
  }

  /** @param until When what it asks for quiet is over. */
  hold(host: string, until: number): void {
    this.#holds.set(host, Math.max(until, this.#holds.get(host) ?? -Infinity));
  }

  answer(exchange: OpenExchange, status: number, hasBody: boolean, at: number): void {
    exchange.status = status;
    exchange.headersAt = at;
    exchange.hasBody = hasBody;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    if (hasBody) this.#bodies++;
  }

  end(exchange: OpenExchange, end: NonNullable<Exchange["end"]>, at: number): void {
    exchange.end = end;
    exchange.endedAt = at;
    this.#counts.atOnce--;
    if (end === "reset") this.#counts.resets++;
    else if (end === "aborted") this.#counts.aborts++;
    // A body that the server broke off could not be read to the end.
    if (exchange.hasBody && (end === "complete" || end === "reset")) this.#readBodies++;
  }
}
