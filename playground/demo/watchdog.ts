/** Watches something that should go on. */
export interface Watchdog {
  /** Rejects when it no longer does. */
  readonly promise: Promise<never>;
  stop(): void;
}

const PATIENCE_MS = 30_000;

/**
 * Watches a count that should change.
 *
 * @param pause ms for which it may well stand still, on top of what is granted anyhow.
 */
export function stalled(count: () => number, pause: number): Watchdog {
  const { promise, reject } = Promise.withResolvers<never>();
  let last = count();
  const timer = setInterval(() => {
    const now = count();
    if (now === last) reject(new Error(`Nothing has finished for ${PATIENCE_MS + pause} ms: tasks were lost`));
    last = now;
  }, PATIENCE_MS + pause);
  return { promise, stop: () => clearInterval(timer) };
}
