import type { Clock } from "../../api/clock.ts";
import { CircuitOpenError } from "../../api/errors.ts";

/** A host's circuit has changed. Each object is fresh and frozen. */
export type BreakerEvent =
  | {
      /** It opened, or opened again for longer after a probe that failed. */
      readonly type: "tripped";
      /** With its port, also when the scheme implies it: `example.com:443`. */
      readonly host: string;
      /** Failures in a row so far. */
      readonly failures: number;
      /** ms until a probe may be sent. */
      readonly retryAfterMs: number;
    }
  | {
      /** One request is let through, to see whether the host is back. */
      readonly type: "half-open";
      readonly host: string;
    }
  | {
      /** The host is back: it closed. */
      readonly type: "reset";
      readonly host: string;
    };

/** How a host's circuit stands. */
export interface CircuitState {
  /** `closed` lets all through; `open` nothing; `half-open` nothing more, since one request is under way to try the host. */
  readonly state: "closed" | "open" | "half-open";
  /** Failures in a row. */
  readonly failures: number;
  /** ms until a probe may be sent; 0 when it may, or is under way. */
  readonly retryAfterMs: number;
}

/** What a request has shown about its host. */
export type Verdict = "success" | "failure" | "nothing";

/** The leave to send one request. */
export interface Permit {
  readonly host: string;
  readonly isProbe: boolean;
  /**
   * How often a circuit had opened or closed when it was given: what was sent before its own circuit last did shows nothing
   * any more.
   */
  readonly generation: number;
}

interface Circuit {
  failures: number;
  /** How often it opened since it was closed. */
  openings: number;
  retryAt: number;
  probe: Permit | undefined;
  /** The generation in which it last opened or closed. */
  since: number;
}

/** What circuits go by. */
export interface CircuitRules {
  readonly threshold: number;
  readonly maxHosts: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Hears of a change when it is done. Must not throw. */
  readonly tell: (event: BreakerEvent) => void;
}

const FIRST_BACK_OFF_MS = 500;
const LONGEST_BACK_OFF_MS = 60_000;
const GROWTH = 1.5;

/** The circuits of the hosts that have failed. A host that never did, or was forgotten, is closed and takes no place. */
export class Circuits {
  readonly #rules: CircuitRules;
  /** In order of their last failures: the first is the first to be forgotten. */
  readonly #closed = new Map<string, Circuit>();
  /** In order of last use. Forgotten only when there is no closed one to forget. */
  readonly #open = new Map<string, Circuit>();
  #generation = 0;

  constructor(rules: CircuitRules) {
    this.#rules = rules;
  }

  /** Asks to send a request. @throws {CircuitOpenError} Not now. */
  enter(host: string): Permit {
    const circuit = this.#open.get(host);
    const permit: Permit = { host, isProbe: circuit !== undefined, generation: this.#generation };
    if (circuit === undefined) return permit;
    this.#open.delete(host);
    this.#open.set(host, circuit);
    const retryAfterMs = this.#retryAfter(circuit);
    if (circuit.probe !== undefined || retryAfterMs > 0) throw new CircuitOpenError(host, retryAfterMs);
    circuit.probe = permit;
    this.#rules.tell({ type: "half-open", host });
    return permit;
  }

  /** Tells what a request has shown. A probe may fail for taking too long, and still succeed later. */
  settle(permit: Permit, verdict: Verdict): void {
    const { host } = permit;
    const open = this.#open.get(host);
    const circuit = open ?? this.#closed.get(host);
    if (circuit !== undefined && permit.generation < circuit.since) return;
    if (open !== undefined) this.#judge(open, permit, verdict);
    else if (verdict === "failure") this.#fail(host, circuit);
    else if (verdict === "success" && circuit !== undefined) circuit.failures = 0;
  }

  /** A copy of how things stand, by host. */
  states(): Map<string, CircuitState> {
    const states = new Map<string, CircuitState>();
    for (const [host, { failures }] of this.#closed) states.set(host, { state: "closed", failures, retryAfterMs: 0 });
    for (const [host, circuit] of this.#open) {
      const state = circuit.probe === undefined ? "open" : "half-open";
      states.set(host, { state, failures: circuit.failures, retryAfterMs: this.#retryAfter(circuit) });
    }
    return states;
  }

  /** The host of an open circuit was tried. */
  #judge(circuit: Circuit, permit: Permit, verdict: Verdict): void {
    if (verdict === "success") {
      this.#reset(permit.host, circuit);
    } else if (circuit.probe === permit) {
      circuit.probe = undefined;
      if (verdict === "failure") this.#trip(permit.host, circuit);
    }
  }

  #fail(host: string, known: Circuit | undefined): void {
    const { threshold } = this.#rules;
    if (threshold === 0) return;
    const circuit = known ?? { failures: 0, openings: 0, retryAt: 0, probe: undefined, since: 0 };
    const opens = circuit.failures + 1 >= threshold;
    this.#closed.delete(host);
    (opens ? this.#open : this.#closed).set(host, circuit);
    this.#forget(opens ? 0 : 1);
    if (!opens) {
      circuit.failures++;
      return;
    }
    circuit.since = ++this.#generation;
    this.#trip(host, circuit);
  }

  #trip(host: string, circuit: Circuit): void {
    const { clock, random, tell } = this.#rules;
    const backOff = Math.min(FIRST_BACK_OFF_MS * GROWTH ** circuit.openings, LONGEST_BACK_OFF_MS);
    const retryAfterMs = Math.min(backOff * (0.5 + random()), LONGEST_BACK_OFF_MS);
    circuit.openings++;
    circuit.failures++;
    circuit.retryAt = clock.now() + retryAfterMs;
    tell({ type: "tripped", host, failures: circuit.failures, retryAfterMs });
  }

  #reset(host: string, circuit: Circuit): void {
    this.#open.delete(host);
    this.#closed.set(host, circuit);
    circuit.failures = 0;
    circuit.openings = 0;
    circuit.probe = undefined;
    circuit.since = ++this.#generation;
    this.#rules.tell({ type: "reset", host });
  }

  /** Makes room. @param spared How many closed circuits must stay: the one that was just set. */
  #forget(spared: 0 | 1): void {
    if (this.#closed.size + this.#open.size <= this.#rules.maxHosts) return;
    const circuits = this.#closed.size > spared ? this.#closed : this.#open;
    for (const host of circuits.keys()) {
      circuits.delete(host);
      return;
    }
  }

  #retryAfter({ retryAt }: Circuit): number {
    return Math.max(0, retryAt - this.#rules.clock.now());
  }
}
