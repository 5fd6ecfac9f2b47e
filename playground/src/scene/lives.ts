import type { FinishEvent, PoolEvent, QueueEvent, RejectEvent, RetryEvent } from "httppool";
import type { Life } from "./life.ts";
import { outcomeOf, wordFor } from "./outcome.ts";
import { SenderLines } from "./sender-lines.ts";
import type { Span } from "./track.ts";
import { WaitLedger, type WaitRules } from "./wait-ledger.ts";

/** Lives that are remembered: as many as the tracks' spans. */
const LIVES = 24_000;

const REFUSALS: Readonly<Record<RejectEvent["reason"], string>> = {
  full: "the queue was full",
  closed: "the pool was closed",
  aborted: "its caller gave up",
};

/**
 * Remembers the life of each task, from when its caller came. The pool's events say nothing of who stands in line, so whoever
 * brings tasks tells of that: what comes of a call while it is made is its own; what comes later is the first's in line.
 */
export class Lives {
  readonly ledger: WaitLedger;
  readonly #now: () => number;
  readonly #spanOf: (id: number) => Span | undefined;
  readonly #lines = new SenderLines();
  readonly #queue = new Set<Life>();
  readonly #byId: (Life | undefined)[] = [];
  readonly #byNumber: (Life | undefined)[] = [];
  readonly #refused = new WeakMap<RejectEvent, Life>();
  #acting: Life | undefined;
  #lastId = 0;

  /** @param spanOf The span of the attempt that a task is at. */
  constructor(rules: WaitRules, now: () => number, spanOf: (id: number) => Span | undefined) {
    this.#now = now;
    this.#spanOf = spanOf;
    this.ledger = new WaitLedger(rules, now());
  }

  /** Those in line, in the order in which they came. */
  get line(): ReadonlySet<Life> {
    return this.#lines.all;
  }

  /** Those in the queue, or at rest, in the order in which they came there. */
  get queue(): ReadonlySet<Life> {
    return this.#queue;
  }

  /** The number that the pool gave last. */
  get lastId(): number {
    return this.#lastId;
  }

  /** The task that the pool gave this number; undefined: there is none, or it is forgotten. */
  byId(id: number): Life | undefined {
    const life = this.#byId[id % LIVES];
    return life?.id === id ? life : undefined;
  }

  /** The task that the load gave this number. */
  byNumber(number: number): Life | undefined {
    const life = this.#byNumber[number % LIVES];
    return life?.number === number ? life : undefined;
  }

  /** The task that an event is about. */
  of(event: PoolEvent): Life | undefined {
    if (event.type === "reject") return this.#refused.get(event);
    return "id" in event ? this.byId(event.id) : undefined;
  }

  /** A task's caller has come. */
  come(number: number, lane: string): Life {
    const cameAt = this.#now();
    const life: Life = { number, lane, cameAt, id: undefined, queuedAt: undefined, stages: [], end: undefined };
    this.#byNumber[number % LIVES] = life;
    this.#lines.come(life);
    this.ledger.line(lane, 1, cameAt);
    return life;
  }

  /** A caller calls the pool, or gives up: what the pool tells meanwhile is about its task. */
  act(life: Life, call: () => void): void {
    this.#acting = life;
    try {
      call();
    } finally {
      this.#acting = undefined;
    }
    this.stand(life);
  }

  /** A task is the pool's to take in. */
  stand(life: Life): void {
    if (isInLine(life)) this.#lines.stand(life);
  }

  /** The pool's listener, behind the one that keeps the spans. */
  readonly hear = (event: PoolEvent): void => {
    const at = this.#now();
    this.ledger.hear(event, at);
    switch (event.type) {
      case "queue":
        return this.#onQueue(event, at);
      case "reject":
        return this.#onReject(event, at);
      case "start": {
        const life = this.byId(event.id);
        const stage = life?.stages.at(-1);
        if (life === undefined || stage === undefined) return;
        this.ledger.end(stage.waiting, at);
        this.#queue.delete(life);
        stage.span = this.#spanOf(event.id);
        return;
      }
      case "retry":
        return this.#onRetry(event, at);
      case "finish":
        return this.#onFinish(event, at);
      default:
    }
  };

  #onQueue({ id, lane = "" }: QueueEvent, at: number): void {
    // Nobody is let in before those who stand in the same line already.
    const life = this.#lines.first(lane) ?? this.#actor(lane) ?? this.come(0, lane);
    this.#leaveLine(life, at);
    life.id = id;
    life.queuedAt = at;
    life.stages.push({ waiting: this.ledger.wait(lane, at), span: undefined });
    this.#byId[id % LIVES] = life;
    this.#lastId = id;
    this.#queue.add(life);
  }

  #onReject(event: RejectEvent, at: number): void {
    const lane = event.lane ?? "";
    const life = this.#actor(lane) ?? this.#lines.first(lane);
    if (life === undefined) return;
    this.#leaveLine(life, at);
    life.end = { at, outcome: "refused", word: REFUSALS[event.reason] };
    this.#refused.set(event, life);
  }

  #onRetry({ id, lane = "", cleanupMs = 0, delayMs }: RetryEvent, at: number): void {
    const life = this.byId(id);
    if (life === undefined) return;
    // The rest counts from before the clean-up.
    const waiting = this.ledger.rest(lane, at - cleanupMs + delayMs, at);
    life.stages.push({ waiting, span: undefined });
    this.#queue.add(life);
  }

  #onFinish(event: FinishEvent, at: number): void {
    const life = this.byId(event.id);
    if (life === undefined) return;
    const stage = life.stages.at(-1);
    if (stage?.span === undefined && stage !== undefined) this.ledger.end(stage.waiting, at);
    this.#queue.delete(life);
    life.end = { at, outcome: outcomeOf(event), word: wordFor(event) };
  }

  /** Who acts just now, if what becomes of it in this lane is not known yet. */
  #actor(lane: string): Life | undefined {
    const actor = this.#acting;
    return actor !== undefined && actor.lane === lane && isInLine(actor) ? actor : undefined;
  }

  #leaveLine(life: Life, at: number): void {
    this.#lines.leave(life);
    this.ledger.line(life.lane, -1, at);
  }
}

function isInLine({ queuedAt, end }: Life): boolean {
  return queuedAt === undefined && end === undefined;
}
