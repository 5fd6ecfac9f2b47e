import type { Alarms, Clock } from "./clock.ts";
import type { Logger } from "./options.ts";

/** What the clean-up may spend, and what it works with. */
export interface Cleanup {
  /** Bytes and ms to read of a body before it is cancelled. 0: not to read at all. */
  readonly drain: { readonly bytes: number; readonly ms: number };
  readonly alarms: Alarms;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a cancel may take, in ms. One branch of a clone never settles while the other is unread. */
const CANCEL_MS = 50;

/**
 * Gives the connection of a response back: drains a short body, so that the connection is used again, cancels a long
 * one, and aborts when somebody still holds it.
 *
 * @param abort Aborts the attempt: it alone frees a body that is locked.
 * @returns undefined when there was nothing to wait for. Never rejects.
 */
export function releaseBody(response: Response, cleanup: Cleanup, abort: () => void): Promise<void> | undefined {
  const failed = (error: unknown): void => {
    cleanup.logger.debug("A body could not be released", error);
    abort();
  };
  try {
    return release(response, cleanup, abort)?.catch(failed);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

function release(response: Response, cleanup: Cleanup, abort: () => void): Promise<void> | undefined {
  const { body } = response;
  if (body === null || body === undefined) return undefined;
  // After `text()` and the like it looks the same as when somebody still reads, and an abort is harmless then.
  if (body.locked || typeof body.getReader !== "function") {
    abort();
    return undefined;
  }
  const { bytes, ms } = cleanup.drain;
  const length = response.bodyUsed ? 0 : Number(response.headers.get("content-length"));
  return bytes === 0 || ms === 0 || length > bytes ? cancel(body, cleanup, abort) : drain(body, cleanup, abort);
}

/** Cancels a body without waiting for it. Errors are only logged. */
export function discardBody(response: Response, logger: Logger): void {
  const { body } = response;
  if (body === null || body === undefined || body.locked || typeof body.cancel !== "function") return;
  const failed = (error: unknown): void => logger.debug("A body could not be cancelled", error);
  try {
    body.cancel().catch(failed);
  } catch (error) {
    failed(error);
  }
}

async function drain(body: ReadableStream<Uint8Array>, cleanup: Cleanup, abort: () => void): Promise<void> {
  const reader = body.getReader();
  const { bytes, ms } = cleanup.drain;
  const reading = within(readUpTo(reader, bytes), ms, cleanup, "A body could not be drained");
  if ((await reading) !== "done") await cancel(reader, cleanup, abort);
}

/** Reads to the end, or until more than `bytes` have come. */
async function readUpTo(reader: ReadableStreamDefaultReader<Uint8Array>, bytes: number): Promise<"done" | "more"> {
  for (let left = bytes; left >= 0;) {
    const { done, value } = await reader.read();
    if (done) return "done";
    // A chunk counts for a byte at least, or an endless body of empty ones would never be over the budget.
    left -= Math.max(value.byteLength || 0, 1);
  }
  return "more";
}

async function cancel(body: { cancel(): Promise<void> }, cleanup: Cleanup, abort: () => void): Promise<void> {
  const cancelling = within(
    body.cancel().then(() => "done" as const),
    CANCEL_MS,
    cleanup,
    "A body could not be cancelled",
  );
  if ((await cancelling) !== "done") abort();
}

/** What the work came to, in time; undefined when it came to nothing in time or failed, which is logged. */
function within<T>(work: Promise<T>, ms: number, cleanup: Cleanup, failed: string): Promise<T | undefined> {
  return new Promise((resolve) => {
    let late = false;
    const alarm = cleanup.alarms.set(cleanup.clock.now() + ms, () => {
      late = true;
      resolve(undefined);
    });
    const settle = (value: T | undefined): void => {
      if (late) return;
      cleanup.alarms.clear(alarm);
      resolve(value);
    };
    work.then(settle, (error: unknown) => {
      cleanup.logger.debug(failed, error);
      settle(undefined);
    });
  });
}
