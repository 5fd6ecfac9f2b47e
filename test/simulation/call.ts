import type { ScriptedBody } from "./scripted-body.ts";

export type CallKind = "offer" | "send" | "run" | "fetch" | "map" | "writable";

const NO_RESPONSE = "TypeError: The handler gave no response";

/** What a promise or a call came to. */
export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** A signal that a caller gives to some of their calls. */
export class CallerSignal {
  readonly controller = new AbortController();
  /** Those that are not over. */
  readonly calls = new Set<Call>();
  /** Those whose body is the caller's by now, and still to be aborted. */
  readonly handedOver: Job[] = [];

  get signal(): AbortSignal {
    return this.controller.signal;
  }
}

/** Where a call asks to stand, in a pool with lanes. */
export interface Wish {
  readonly lane?: string;
  readonly priority?: number;
}

/** One call of the pool. A `map` or a `writable` brings many tasks, the others one. */
export class Call {
  readonly number: number;
  readonly kind: CallKind;
  readonly caller: CallerSignal | undefined;
  /** For `fetch`: until when it holds its slot. */
  readonly hold: "headers" | "body";
  /** Where it stands: "" and 0 unless it says otherwise. */
  readonly wish: Wish;
  readonly lane: string;
  readonly priority: number;
  /** Whether it should be accepted at once: undefined when that can't be told. */
  predicted: boolean | undefined;
  decision: "queued" | "rejected" | undefined;
  /** What it was rejected with. */
  refusal: unknown;
  outcome: Outcome | undefined;
  job: Job | undefined;
  /** For a task that perishes, on the wall clock. */
  expiry = Number.POSITIVE_INFINITY;
  isTouched = false;
  /** For those with many tasks: the one whose start was told last. */
  starting: Job | undefined;
  /** For those with many tasks: all that went wrong, any of which may end the others. */
  readonly failures = new Set<unknown>();
  /** Whether a response of its was to be read, and there was none. */
  isUnanswered = false;
  /** For those with many tasks: whether the caller has left, which ends the others with an error of the pool's own. */
  hasLeft = false;

  constructor(
    number: number,
    kind: CallKind,
    caller: CallerSignal | undefined,
    hold: "headers" | "body",
    wish: Wish = {},
    byDefault = "",
  ) {
    this.number = number;
    this.kind = kind;
    this.caller = caller;
    this.hold = hold;
    this.wish = wish;
    this.lane = wish.lane ?? byDefault;
    this.priority = wish.priority ?? 0;
  }

  /** Whether one of its tasks may have failed with this error. */
  isFailure(error: unknown): boolean {
    return this.failures.has(error) || (this.isUnanswered && String(error) === NO_RESPONSE);
  }

  get isGroup(): boolean {
    return this.kind === "map" || this.kind === "writable";
  }
}

/** A task that was, or is about to be, accepted; after a rest, another job: one for each attempt. */
export class Job {
  readonly call: Call;
  readonly attempt: number;
  /** The attempt before. */
  readonly previous: Job | undefined;
  id = 0;
  stage: "new" | "queued" | "started" | "finished" = "new";
  /** When it was accepted or, later, when its rest ends. */
  acceptedAt = 0;
  startedAt = 0;
  slot = -1;
  isBuilt = false;
  request: Request | undefined;
  /** Whether its transaction has a consumer, so that this decides what it comes to. */
  hasConsumer = false;
  wasHandled = false;
  /** The real handler has not settled. */
  isHandling = false;
  init: { readonly signal: AbortSignal } | undefined;
  response: Response | undefined;
  body: ScriptedBody | undefined;
  /** Whether the pool has seen the response. */
  isAnswered = false;
  /** Whether the body is the caller's. */
  isHandedOver = false;
  /** The caller has cancelled their body: what became of the connection, they don't care. */
  isLetGo = false;
  /** What it must come to, unless somebody gives it up. */
  expected: Outcome | "a TypeError" | "a TaskFilteredError" | "a retry" | undefined;
  expectedAt = 0;
  /** Whether the pool has seen it fail: nobody's giving up changes that. */
  hasFailedForSure = false;
  finish: Outcome | undefined;

  /** How it is tried again, when that has been decided. */
  again: { readonly ms: number; readonly at: number; readonly error: unknown } | undefined;

  constructor(call: Call, previous?: Job) {
    this.call = call;
    this.previous = previous;
    this.attempt = (previous?.attempt ?? 0) + 1;
    this.id = previous?.id ?? 0;
  }

  /** Whether its slot must be taken. */
  get isBusy(): boolean {
    return this.stage !== "finished" || this.isHandling;
  }

  /** Whether its slot may still be taken by the clean-up of an answer that came too late. */
  get isDoubtful(): boolean {
    const { stage, isAnswered, body } = this;
    return stage === "finished" && !isAnswered && body !== undefined && (body.isOpen || body.kind === "deaf to cancel");
  }
}
