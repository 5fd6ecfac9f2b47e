import type { PoolEvent } from "httppool";
import type { Exchange, ServerCounts } from "httppool/lab";
import { numberOf } from "../world/hosts.ts";
import { Growth } from "./growth.ts";
import type { Measures } from "./measures.ts";
import type { OpenHistory } from "./open-history.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { percentile } from "./series.ts";
import { StartMeter } from "./start-meter.ts";
import { Times } from "./times.ts";

/** Tasks that have come and not been sent yet: of more, the oldest are forgotten. */
const AWAITED = 20_000;
/** ms of the shortest stretch by which growth is judged. */
const STRETCH = 5000;

/** What a {@link SideMeter} is made of. */
export interface SideMeterOptions {
  /** ms within which starts are counted. */
  readonly period: number;
  /** s between two bursts of the load. */
  readonly every: number;
  readonly now: () => number;
  /** Where connections and starts are written down, to be drawn. */
  readonly history?: OpenHistory | undefined;
  /** Whether a pool's events are heard. @default false */
  readonly isPool?: boolean;
  /** How many connections belong to callers, and to no attempt of a pool. */
  readonly others?: () => number;
}

/** Measures one side of a comparison from outside: at its server, and at those who call it. */
export class SideMeter {
  readonly #now: () => number;
  readonly #history: OpenHistory | undefined;
  readonly #isPool: boolean;
  readonly #others: () => number;
  readonly #starts: StartMeter;
  readonly #growth: Growth;
  /** When the tasks came that have not been sent yet, by their numbers. */
  readonly #calledAt = new Map<number, number>();
  readonly #waits = new Times();
  readonly #headers = new Times();
  /** How many connections are open, by the numbers of their tasks. */
  readonly #open = new Map<number, number>();
  #openNow = 0;
  #answered = 0;
  #leftOpen = 0;
  #ranOn = 0;
  #mostWaiting = 0;
  #inLine = 0;
  #refused = 0;
  /** Tasks whose job is over, and whose connections are open. */
  readonly #jobless = new Set<number>();
  /** Attempts of a pool that are under way, and connections that are open beside them. */
  #attempts = 0;
  #beside = 0;

  constructor({ period, every, now, history, isPool = false, others = () => 0 }: SideMeterOptions) {
    this.#isPool = isPool;
    this.#now = now;
    this.#history = history;
    this.#others = others;
    this.#starts = new StartMeter(period);
    this.#growth = new Growth(Math.max(STRETCH, 1000 * every));
  }

  /** The task of this number has come. */
  call(number: number): void {
    this.#calledAt.set(number, this.#now());
    const [oldest] = this.#calledAt.keys();
    if (this.#calledAt.size > AWAITED && oldest !== undefined) this.#calledAt.delete(oldest);
  }

  /** So many wait in its queue, so many callers to be let in, and so many have been refused. */
  note(waiting: number, inLine: number, refused: number): void {
    this.#growth.note(this.#now(), waiting + inLine);
    this.#mostWaiting = Math.max(this.#mostWaiting, waiting);
    this.#inLine = inLine;
    this.#refused = refused;
  }

  /** The server tells of an exchange. */
  readonly watch = (exchange: Exchange, stage: "arrival" | "headers" | "end"): void => {
    if (stage === "headers") return this.#headers.add(this.#now() - exchange.at);
    const number = numberOf(exchange.url);
    const at = this.#now();
    const change = stage === "arrival" ? 1 : -1;
    const open = (this.#open.get(number) ?? 0) + change;
    this.#openNow += change;
    if (open > 0) this.#open.set(number, open);
    else {
      this.#open.delete(number);
      this.#jobless.delete(number);
    }
    this.#history?.note(at, this.#openNow);
    if (stage === "end") this.#beside = Math.min(this.#beside, this.#besideNow);
    else this.#arrive(number, at);
  };

  /** The job of this number is over: what is open of it now stays open without one. */
  end(number: number, outcome: Outcome): void {
    if (outcome === "ok") this.#answered++;
    const open = this.#open.get(number) ?? 0;
    if (open > 0) this.#jobless.add(number);
    this.#stay(open, outcome);
  }

  /** A pool tells of a task. It does not tell its number, so what stays open is seen by what is open beside its attempts. */
  readonly hear = (event: PoolEvent): void => {
    if (event.type === "start") {
      this.#attempts++;
      this.#starts.begin(this.#now());
    }
    if (event.type !== "finish" && event.type !== "retry") return;
    const outcome = outcomeOf(event);
    if (event.type === "finish" && outcome === "ok") this.#answered++;
    if (event.slot === undefined) return;
    this.#attempts--;
    const beside = this.#besideNow;
    this.#stay(beside - this.#beside, outcome);
    this.#beside = beside;
  };

  /** All of it. @param counts The server's. */
  measures(counts: ServerCounts): Measures {
    const answers = Object.values(counts.statuses).reduce((sum, count) => sum + count, 0);
    const waits = this.#waits.sorted();
    return {
      ms: this.#now(),
      sent: counts.arrivals,
      answered: this.#answered,
      limited: counts.statuses[429] ?? 0,
      answers,
      open: counts.atOnce,
      mostOpen: counts.mostAtOnce,
      duringHold: counts.duringHold,
      leftOpen: this.#leftOpen,
      ranOn: this.#ranOn,
      beside: this.#jobless.size + this.#beside,
      mostWaiting: this.#mostWaiting,
      inLine: this.#inLine,
      refused: this.#refused,
      isGrowing: this.#growth.isGrowing,
      mostStarts: this.#starts.most,
      wait50: percentile(waits, 0.5),
      wait95: percentile(waits, 0.95),
      answer95: percentile(this.#headers.sorted(), 0.95),
    };
  }

  get #besideNow(): number {
    return Math.max(0, this.#openNow - this.#attempts - this.#others());
  }

  #arrive(number: number, at: number): void {
    // A busy page brings one request to the server late, and the next in time: a pool's own event tells better.
    if (!this.#isPool) this.#starts.begin(at);
    this.#history?.start(at);
    const calledAt = this.#calledAt.get(number);
    if (calledAt === undefined) return;
    this.#calledAt.delete(number);
    this.#waits.add(at - calledAt);
  }

  #stay(count: number, outcome: Outcome): void {
    if (count <= 0) return;
    if (outcome === "up") this.#ranOn += count;
    else this.#leftOpen += count;
  }
}
