import type { Clock } from "../api/clock.ts";
import type { Logger } from "../api/logger.ts";
import type { Alarm, Alarms } from "../lib/alarms.ts";
import { hasEnded } from "../lib/runtime/has-ended.ts";

/** What the clean-up may spend, and what it works with. */
export interface Cleanup {
  /** Bytes and ms to read of a body before it is cancelled. 0: not to read at all. */
  readonly drain: { readonly bytes: number; readonly ms: number };
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Why a signal aborts when all is well but somebody may still hold the body. Made once: each costs a stack. */
export const RELEASED: DOMException = new DOMException("The response was released", "AbortError");

/** How long a cancel may take, in ms. One branch of a clone never settles while the other is unread. */
const CANCEL_MS = 50;

/**
 * Gives the connection of a response back: drains a short body, so that the connection is used again, cancels a long
 * one, and aborts when somebody still holds it. Never fails: errors are only logged.
 *
 * @param attempt Is aborted when it must be: that alone frees a body that is locked.
 * @returns undefined when there was nothing to wait for.
 */
export function releaseBody(response: Response, cleanup: Cleanup, attempt: Abortable): Release | undefined {
  try {
    const { body } = response;
    if (body === null || body === undefined) return undefined;
    if (body.locked) {
      // After `text()` and the like most platforms don't tell whether somebody still reads. An abort is harmless then.
      if (!hasEnded(body)) attempt.abortSignal(RELEASED);
      return undefined;
    }
    return new Release(response, body, cleanup, attempt);
  } catch (error) {
    cleanup.logger.debug("A body could not be released", error);
    attempt.abortSignal(RELEASED);
    return undefined;
  }
}

/** Cancels what a response has of a body, without waiting for it. Errors are only logged. */
export function cancelBody(response: Response | undefined, logger: Logger): void {
  void cancel(() => (response?.body?.locked ? undefined : response?.body), logger);
}

/** What has a signal to abort. */
export interface Abortable {
  abortSignal(reason: unknown): void;
}

interface Cancellable {
  cancel(): Promise<void>;
}

/** A body on its way out. */
export class Release {
  /** Resolves when the body is drained, cancelled or aborted. */
  readonly done: Promise<void>;
  /** When it began, by the clock. */
  readonly startedAt: number;
  readonly #cleanup: Cleanup;
  readonly #attempt: Abortable;
  readonly #resolve: () => void;
  #alarm: Alarm | undefined;
  /** What is to be cancelled, while nobody has. */
  #held: Cancellable | undefined;
  #isOver = false;

  constructor(response: Response, body: ReadableStream<Uint8Array>, cleanup: Cleanup, attempt: Abortable) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.done = promise;
    this.startedAt = cleanup.clock.now();
    this.#resolve = resolve;
    this.#cleanup = cleanup;
    this.#attempt = attempt;
    this.#held = body;
    const { bytes, ms } = cleanup.drain;
    const length = response.bodyUsed ? 0 : Number(response.headers.get("content-length"));
    if (bytes === 0 || ms === 0 || length > bytes) {
      this.#cancelAndAbort();
      return;
    }
    const reader = body.getReader();
    this.#held = reader;
    this.#within(ms, () => this.#cancelAndAbort());
    this.#drain(reader, bytes).catch((error: unknown) => {
      cleanup.logger.debug("A body could not be drained", error);
      this.#abortAndEnd();
    });
  }

  /** Cancels without waiting any longer. */
  cancel(): void {
    const held = this.#held;
    this.#end();
    void cancel(() => held, this.#cleanup.logger);
  }

  /** Reads to the end, or until more than `bytes` have come. */
  async #drain(reader: ReadableStreamDefaultReader<Uint8Array>, bytes: number): Promise<void> {
    for (let left = bytes; left >= 0;) {
      const { done, value } = await reader.read();
      // A cancel ends the reading too.
      if (this.#held !== reader) return;
      if (done) return this.#end();
      // A chunk counts for a byte at least, or an endless body of empty ones would never be over the budget.
      left -= Math.max(value.byteLength || 0, 1);
    }
    this.#cancelAndAbort();
  }

  /**
   * Cancels, then aborts: one branch of a clone does not let go of the connection while the other is unread, and on some
   * platforms never says so.
   */
  #cancelAndAbort(): void {
    const held = this.#held;
    this.#held = undefined;
    const abortAndEnd = (): void => this.#abortAndEnd();
    this.#within(CANCEL_MS, abortAndEnd);
    void cancel(() => held, this.#cleanup.logger).then(abortAndEnd);
  }

  #abortAndEnd(): void {
    if (this.#isOver) return;
    this.#attempt.abortSignal(RELEASED);
    this.#end();
  }

  #within(ms: number, then: () => void): void {
    const { alarms, clock } = this.#cleanup;
    alarms.clear(this.#alarm);
    this.#alarm = alarms.set(clock.now() + ms, then);
  }

  #end(): void {
    this.#isOver = true;
    this.#held = undefined;
    this.#cleanup.alarms.clear(this.#alarm);
    this.#resolve();
  }
}

/** Cancels what is found, if it is. Never fails: errors are only logged. */
async function cancel(find: () => Partial<Cancellable> | null | undefined, logger: Logger): Promise<void> {
  try {
    await find()?.cancel?.();
  } catch (error) {
    logger.debug("A body could not be cancelled", error);
  }
}
