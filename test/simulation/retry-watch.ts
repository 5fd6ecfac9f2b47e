import type { Outcome, PolicyHost, Retry, RetryPolicy } from "../../src/api/policies.ts";
import { isCircuitOpenError, isTransactionTimeoutError } from "../../src/lean.ts";
import { retry } from "../../src/retry.ts";
import type { Job } from "./call.ts";
import type { RetrySetup } from "./retry-setup.ts";
import { retryAfterOf } from "./scripted-limits.ts";
import type { World } from "./world.ts";

/** What the functions of the user's have said while one attempt was judged. */
interface Said {
  verdict?: boolean | undefined;
  delay?: number;
  jittered?: number;
  hasFailed?: boolean;
}

const FAILED = new Error("A function of the user's failed");
const IDEMPOTENT = new Set(["GET", "PUT", "DELETE"]);
const STATUSES = new Set([429, 500, 503]);

/** Retries for a pool, and a watch between the two: each judgement must be the one that the rules say. */
export class RetryWatch {
  readonly #world: World;
  readonly #setup: RetrySetup;
  /** What is left in the bucket of each lane. */
  readonly #buckets = new Map<string | undefined, number>();
  /** First attempts and retries of each lane. */
  readonly #sums = new Map<string | undefined, { firsts: number; retries: number }>();
  #said: Said = {};

  constructor(world: World, setup: RetrySetup) {
    this.#world = world;
    this.#setup = setup;
  }

  /** What the client is given. */
  get retry(): Retry {
    const { random } = this.#world;
    const { limit, backoffLimit, maxRetryAfter, retryOnTimeout, budget, jitter, opinion } = this.#setup;
    const given = retry({
      limit,
      backoffLimit,
      maxRetryAfter,
      retryOnTimeout,
      budget,
      delay: () => this.#delay(),
      jitter: jitter === "own" ? () => this.#jitter() : jitter === "full",
      random: () => (this.#said.jittered = random.pick([0, 0.25, 0.5, 0.875])),
      ...(opinion > 0 && { shouldRetry: () => this.#decide() }),
    });
    return { policy: (host) => this.#watch(given.policy(host), host) };
  }

  #watch<Item>(policy: RetryPolicy<Item>, host: PolicyHost): RetryPolicy<Item> {
    return {
      rests: policy.rests,
      keep: (body) => policy.keep(body),
      resend: (request, body) => policy.resend(request, body),
      onFirst: (lane) => {
        this.#onFirst(lane);
        policy.onFirst(lane);
      },
      judge: (outcome) => this.#judge(outcome, host.date(), () => policy.judge(outcome)),
    };
  }

  #onFirst(lane: string | undefined): void {
    const { budget } = this.#setup;
    this.#sumsOf(lane).firsts++;
    const left = this.#buckets.get(lane);
    if (budget !== false && left !== undefined) this.#buckets.set(lane, Math.min(budget.reserve, left + budget.ratio));
  }

  #judge(outcome: Outcome, date: number, ask: () => number | undefined): number | undefined {
    const { ledger } = this.#world;
    const { lane, attempt } = outcome;
    const before = this.#said;
    const said: Said = {};
    this.#said = said;
    const ms = ask();
    this.#said = before;
    const job = this.#jobOf(outcome);
    const expected = this.#expected(outcome, said, date);
    ledger.note("judge", job?.id, ms ?? -1);
    ledger.expect(
      ms === expected,
      `attempt ${attempt} of task ${job?.id} is retried after ${ms}, the rules say ${expected}`,
    );
    if (ms === undefined || job === undefined) return ms;
    const sums = this.#sumsOf(lane);
    sums.retries++;
    const { budget } = this.#setup;
    if (budget !== false) {
      const most = budget.reserve + budget.ratio * sums.firsts;
      ledger.expect(sums.retries <= most, `${sums.retries} retries, where the budget allows ${most}`);
    }
    ledger.willRetry(job, ms, outcome.error);
    return ms;
  }

  /** How long it must rest: undefined when it must not be retried. */
  #expected(outcome: Outcome, said: Said, date: number): number | undefined {
    const { limit, maxRetryAfter, backoffLimit, jitter, budget } = this.#setup;
    const { request, response, error, attempt, lane } = outcome;
    const { status = 0 } = response ?? {};
    if ((status >= 200 && status < 300) || attempt > limit || nameOf(error) === "AbortError") return undefined;
    const after = response !== undefined && [429, 503].includes(status) ? retryAfterOf(response, date) : undefined;
    if (after !== undefined && after > maxRetryAfter) return undefined;
    const verdict = said.verdict ?? this.#isByRule(request, status, after, error);
    if (said.hasFailed === true || !verdict) return undefined;
    const delay = Math.min(said.delay ?? 0, backoffLimit);
    const own = jitter === "none" ? delay : jitter === "own" ? said.jittered : delay * (said.jittered ?? 0);
    if (budget !== false) {
      const left = this.#buckets.get(lane) ?? budget.reserve;
      if (left < 1) return undefined;
      this.#buckets.set(lane, left - 1);
    }
    return after ?? own;
  }

  #isByRule(request: Request, status: number, after: number | undefined, error: unknown): boolean {
    if (!IDEMPOTENT.has(request.method) && status !== 429) return false;
    if (status > 0) return after !== undefined || STATUSES.has(status);
    return isTransactionTimeoutError(error) ? this.#setup.retryOnTimeout : !isCircuitOpenError(error);
  }

  #jobOf({ request, attempt }: Outcome): Job | undefined {
    const { context, jobs, ledger } = this.#world;
    const call = context.getStore();
    const job = jobs.get(request) ?? (call === undefined ? undefined : ledger.onlyJobOf(call));
    if (job?.call === call && job?.attempt === attempt) return job;
    ledger.fail(`attempt ${attempt} was judged for task ${job?.id} at attempt ${job?.attempt}`);
    return undefined;
  }

  #sumsOf(lane: string | undefined): { firsts: number; retries: number } {
    let sums = this.#sums.get(lane);
    if (sums === undefined) this.#sums.set(lane, (sums = { firsts: 0, retries: 0 }));
    return sums;
  }

  #decide(): boolean | undefined {
    const { random } = this.#world;
    this.#maybeFail();
    if (!random.chance(this.#setup.opinion)) return undefined;
    return (this.#said.verdict = random.chance(0.5));
  }

  #delay(): number {
    this.#maybeFail();
    return (this.#said.delay = this.#world.random.between(0, this.#setup.longest));
  }

  #jitter(): number {
    this.#maybeFail();
    return (this.#said.jittered = this.#world.random.between(0, this.#setup.longest * 8) / 8);
  }

  #maybeFail(): void {
    const said = this.#said;
    this.#world.mischief();
    // What mischief has brought is judged in its turn, and has gone.
    this.#said = said;
    if (!this.#world.random.chance(0.02)) return;
    said.hasFailed = true;
    throw FAILED;
  }
}

function nameOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "name" in error ? error.name : undefined;
}
