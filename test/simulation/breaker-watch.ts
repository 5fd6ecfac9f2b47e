import { type BreakerEvent, breakerHandler } from "../../src/breaker.ts";
import { type Handler, isCircuitOpenError, isTransactionTimeoutError } from "../../src/lean.ts";
import type { Job } from "./call.ts";
import type { BreakerSetup } from "./setup.ts";
import { portedHostOf } from "../support/ported-host.ts";
import type { World } from "./world.ts";

/** A request that the breaker has let through. */
interface Sent {
  readonly at: number;
  /** The pool's. */
  readonly signal: AbortSignal;
  /** Of the circuit, when it was sent. */
  readonly changes: number;
  outcome: "success" | "failure" | "nothing" | undefined;
  /** Whether it was given up before that: it may show nothing any more. */
  isGivenUp: boolean;
}

/** A host, as the breaker's events and what it lets through tell of it. */
interface Circuit {
  isOpen: boolean;
  retryAt: number;
  /** How often it opened since it was last closed. */
  openings: number;
  /** How often it opened or closed. */
  changes: number;
  /** The request that tries it. */
  probe: Sent | undefined;
  /** Whether a probe was told of, and has not been sent yet. */
  isTrying: boolean;
  /** All that was sent since it last opened or closed: an open one is also closed by a probe that was given up. */
  sent: Sent[];
  /** Failures since the last change, or since a success: at least so many are in a row. */
  streak: number;
  /** What requests have shown since the last rest. */
  shown: Sent[];
}

type Answer = PromiseLike<Response | null | undefined>;

/** A breaker around the handler of a world, and a watch on both its sides. */
export class BreakerWatch {
  readonly #world: World;
  readonly #setup: BreakerSetup;
  readonly #guarded: ReturnType<typeof breakerHandler<Response | null | undefined>>;
  readonly #circuits = new Map<string, Circuit>();
  readonly #sent = new WeakMap<Request, Sent>();
  /** Of the pool, for the request that the breaker is asked to send. */
  #asking: AbortSignal | undefined;

  constructor(world: World, setup: BreakerSetup, handler: Handler) {
    const { random, timeline } = world;
    this.#world = world;
    this.#setup = setup;
    this.#guarded = breakerHandler({
      ...setup,
      ...(setup.tripsOn500 && { tripOn: ({ status }: Response) => status === 500 }),
      clock: timeline,
      random: () => random.pick([0, 0.5, 0.875]),
      delegate: (request, init) => this.#delegate(request, () => handler(request, init)),
      onEvent: (event) => this.#hear(event),
    });
  }

  /** The pool's side: what it is given is answered, or refused for good reason. */
  readonly handle: Handler = (request, init) => {
    const { ledger, timeline } = this.#world;
    const host = portedHostOf(request.url);
    const { isOpen, retryAt, probe } = this.#circuit(host);
    const isDue = timeline.now() >= retryAt && (probe === undefined || probe.signal.aborted);
    const isDoubtful = probe?.outcome !== undefined;
    this.#asking = init.signal;
    // The request of an attempt before may be sent again.
    this.#sent.delete(request);
    const job = this.#jobOf(request);
    const answer = this.#guarded(request, init);
    const sent = this.#sent.get(request);
    if (this.#isBounded && !isDoubtful) {
      if (sent === undefined) ledger.expect(isOpen && !isDue, `${host} was refused, and its circuit lets through`);
      else ledger.expect(!isOpen || isDue, `${host} was sent to, and its circuit is open`);
    }
    answer.then(undefined, (error: unknown) => this.#onError(job, sent, error));
    return answer;
  };

  /** What must hold when all promises have settled. */
  checkRest(): void {
    const { ledger } = this.#world;
    const states = this.#guarded.states();
    ledger.expect(states.size <= this.#setup.maxHosts, `${states.size} hosts, of ${this.#setup.maxHosts}`);
    if (!this.#isBounded) return;
    for (const [host, circuit] of this.#circuits) {
      const { isOpen, probe, shown, changes } = circuit;
      const state = states.get(host)?.state ?? "closed";
      ledger.expect((state === "closed") === !isOpen, `${host} is ${state}, which no event has told`);
      const isTried = probe !== undefined && probe.outcome === undefined && !probe.signal.aborted;
      ledger.expect((state === "half-open") === (isOpen && isTried), `${host} is ${state}, with a probe: ${isTried}`);
      if (shown.some(({ outcome }) => outcome === "success")) circuit.streak = 0;
      else circuit.streak += shown.filter((sent) => isFailure(sent) && sent.changes === changes).length;
      circuit.shown = [];
      const { threshold } = this.#setup;
      if (isOpen || threshold === 0) continue;
      ledger.expect(circuit.streak < threshold, `${host} is closed after ${circuit.streak} failures in a row`);
    }
  }

  /** Whether no host is ever forgotten, so that all that was told still holds. */
  get #isBounded(): boolean {
    return this.#setup.maxHosts >= 3;
  }

  #circuit(host: string): Circuit {
    let circuit = this.#circuits.get(host);
    if (circuit === undefined) {
      circuit = {
        isOpen: false,
        retryAt: 0,
        openings: 0,
        changes: 0,
        probe: undefined,
        isTrying: false,
        sent: [],
        streak: 0,
        shown: [],
      };
      this.#circuits.set(host, circuit);
    }
    return circuit;
  }

  /** The host's side: what was let through. */
  #delegate(request: Request, send: () => Answer): Promise<Response | null | undefined> {
    const host = portedHostOf(request.url);
    const signal = this.#asking as AbortSignal; // it asks in the middle of handle()
    const circuit = this.#circuit(host);
    const sent: Sent = {
      at: this.#world.timeline.now(),
      signal,
      changes: circuit.changes,
      outcome: undefined,
      isGivenUp: false,
    };
    if (this.#isBounded) {
      this.#world.ledger.expect(circuit.isOpen === circuit.isTrying, `${host} was sent to, and not as its events say`);
    }
    if (circuit.isTrying) circuit.probe = sent;
    circuit.isTrying = false;
    circuit.sent.push(sent);
    this.#sent.set(request, sent);
    const show = (outcome: NonNullable<Sent["outcome"]>): void => {
      sent.outcome ??= outcome;
      sent.isGivenUp = signal.aborted;
      circuit.shown.push(sent);
    };
    const trips = (answer: unknown): boolean =>
      this.#setup.tripsOn500 && answer instanceof Response && answer.status === 500;
    return watch(
      send,
      (answer) => show(trips(answer) ? "failure" : "success"),
      () => show(signal.aborted ? "nothing" : "failure"),
    );
  }

  #hear(event: BreakerEvent): void {
    const { ledger, timeline } = this.#world;
    const { host } = event;
    const circuit = this.#circuit(host);
    const { isOpen, isTrying, probe, retryAt } = circuit;
    ledger.note(event.type, 0, 0, host);
    if (!this.#isBounded) {
      circuit.isTrying = event.type === "half-open";
      return;
    }
    if (event.type === "half-open") {
      const isAlone = !isTrying && (probe === undefined || probe.outcome !== undefined || probe.signal.aborted);
      ledger.expect(isOpen && isAlone, `${host} is tried, and that is not its turn`);
      ledger.expect(timeline.now() >= retryAt, `${host} is tried too soon`);
      circuit.isTrying = true;
      return;
    }
    if (event.type === "tripped") this.#checkTrip(event, circuit);
    else ledger.expect(isOpen && circuit.sent.some(({ outcome }) => outcome === "success"), `${host} was reset`);
    if (event.type === "reset" || !isOpen) circuit.sent = [];
    circuit.isOpen = event.type === "tripped";
    circuit.openings = circuit.isOpen ? circuit.openings + 1 : 0;
    circuit.changes++;
    circuit.probe = undefined;
    circuit.streak = 0;
  }

  #checkTrip(event: BreakerEvent & { readonly type: "tripped" }, circuit: Circuit): void {
    const { ledger, timeline } = this.#world;
    const { host, failures, retryAfterMs } = event;
    const { isOpen, openings, probe, sent } = circuit;
    const { threshold } = this.#setup;
    const failed = sent.filter((one) => this.#mayHaveFailed(one));
    if (isOpen) ledger.expect(probe !== undefined, `${host} opened again without a probe`);
    else ledger.expect(failed.length >= threshold, `${host} opened after ${failed.length} failures`);
    ledger.expect(threshold > 0 && failures >= threshold, `${host} opened after ${failures} failures, it says`);
    const backOff = Math.min(500 * 1.5 ** openings, 60_000);
    const isRight = retryAfterMs >= backOff * 0.5 && retryAfterMs <= Math.min(backOff * 1.5, 60_000);
    ledger.expect(isRight, `${host} opened for ${retryAfterMs} ms, the ${openings + 1}. time`);
    circuit.retryAt = timeline.now() + retryAfterMs;
  }

  #mayHaveFailed({ at, outcome, signal }: Sent): boolean {
    const { timeout } = this.#setup;
    const isLate = timeout > 0 && this.#world.timeline.now() >= at + timeout;
    return outcome === "failure" || isLate || (signal.aborted && isTransactionTimeoutError(signal.reason));
  }

  #onError(job: Job | undefined, sent: Sent | undefined, error: unknown): void {
    const { ledger, timeline } = this.#world;
    const { timeout } = this.#setup;
    if (sent === undefined) {
      ledger.note("refused", job?.id);
      ledger.expect(isCircuitOpenError(error), `task ${job?.id} was refused with ${String(error)}`);
    } else if (!sent.signal.aborted && error instanceof DOMException && error.name === "TimeoutError") {
      ledger.note("breaker timeout", job?.id);
      const isOver = timeout > 0 && timeline.now() >= sent.at + timeout;
      ledger.expect(isOver, `task ${job?.id} was cut off by the breaker`);
    } else {
      return;
    }
    if (job !== undefined) ledger.settle(job, { ok: false, error });
  }

  #jobOf(request: Request): Job | undefined {
    const { context, jobs, ledger } = this.#world;
    const call = context.getStore();
    return jobs.get(request) ?? (call === undefined ? undefined : ledger.handledJobOf(call));
  }
}

/** Sends, and hears of the end just before whoever is given the promise does. */
async function watch<Value>(
  send: () => PromiseLike<Value>,
  onValue: (value: Value) => void,
  onError: () => void,
): Promise<Value> {
  try {
    const value = await send();
    queueMicrotask(() => onValue(value));
    return value;
  } catch (error) {
    queueMicrotask(onError);
    throw error;
  }
}

/** Whether it has failed for sure. */
function isFailure({ outcome, isGivenUp }: Sent): boolean {
  return outcome === "failure" && !isGivenUp;
}
