import type { Logger } from "../api/logger.ts";
import { property } from "../lib/checks.ts";

/** What is needed of a `Queue` of BullMQ to hold all workers. */
export interface HoldableQueue {
  /** Holds the queue for so many ms. */
  rateLimit(expireTimeMs: number): Promise<void>;
  /** For how many ms more the queue is held. */
  getRateLimitTtl(maxJobs?: number): Promise<number>;
  /** The limit that all workers share; null where there is none. */
  getGlobalRateLimit(): Promise<{ readonly max: number } | null>;
}

/** The hold of a BullMQ queue, which its workers look at when they fetch a job. */
export class QueueHold {
  readonly #queue: HoldableQueue;
  readonly #logger: Logger;
  /** Holds of one process are set in turn, or a shorter one could overwrite a longer one that was not there when it looked. */
  #turn: Promise<void> = Promise.resolve();
  #isLookedAt = false;

  constructor(queue: HoldableQueue, logger: Logger) {
    this.#queue = queue;
    this.#logger = logger;
  }

  /** Warns, once, when the workers would not look at a hold. */
  look(job: object): void {
    if (this.#isLookedAt) return;
    this.#isLookedAt = true;
    this.#limitOf(job).then(
      (limit) => limit ?? this.#logger.error(UNSEEN),
      () => {
        // Redis is away: the next job looks again.
        this.#isLookedAt = false;
      },
    );
  }

  /**
   * Holds every worker for so many ms, if they are not held for longer already.
   *
   * @returns Whether they are held. If not, the logger has been told why.
   */
  async set(job: object, ms: number): Promise<boolean> {
    const turn = this.#turn.then(() => this.#lengthen(job, ms));
    this.#turn = turn.catch(() => undefined);
    try {
      await turn;
      return true;
    } catch (error) {
      this.#logger.error("The queue could not be held: the job alone is delayed", error);
      return false;
    }
  }

  async #lengthen(job: object, ms: number): Promise<void> {
    const limit = await this.#limitOf(job);
    // A hold overwrites what is there: another hold, or the window of a limiter that is used up.
    if (ms > (await this.#queue.getRateLimitTtl(limit))) await this.#queue.rateLimit(ms);
  }

  /** The jobs that one window allows. undefined: there is no limit. The queue's own goes before the worker's, as BullMQ has it. */
  async #limitOf(job: object): Promise<number | undefined> {
    const limiter = property(property(property(job, "queue"), "opts"), "limiter");
    const max = (await this.#queue.getGlobalRateLimit())?.max ?? property(limiter, "max");
    return typeof max === "number" ? max : undefined;
  }
}

const UNSEEN =
  "Nobody will look at a hold of the queue: give the worker `limiter: { max: 1e6, duration: 1000 }`, or the queue a global rate limit";
