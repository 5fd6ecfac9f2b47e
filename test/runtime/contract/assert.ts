/* Assertions that need nothing but the language. */

class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** Fails with a message. */
export function fail(message: string): never {
  throw new AssertionError(message);
}

/** Whether it is true. */
export function ok(value: unknown, message: string): asserts value {
  if (!value) fail(message);
}

/** The very same value. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (!Object.is(actual, expected)) fail(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

/** The same JSON. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) fail(`${what}: expected ${should}, got ${is}`);
}

/** From `least` to `most`, both included. */
export function between(actual: number, least: number, most: number, what: string): void {
  if (!(actual >= least && actual <= most)) fail(`${what}: expected ${least} to ${most}, got ${actual}`);
}

/** What the promise rejects with. */
export async function rejection(promise: PromiseLike<unknown>, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  return fail(`${what}: expected a rejection, got ${show(value)}`);
}

/** What the function throws. */
export function thrown(fn: () => unknown, what: string): unknown {
  let value: unknown;
  try {
    value = fn();
  } catch (error) {
    return error;
  }
  return fail(`${what}: expected it to throw, got ${show(value)}`);
}

/** An error of this name. */
export function named(error: unknown, name: string, what: string): void {
  if ((error as Error | undefined)?.name !== name) fail(`${what}: expected a ${name}, got ${show(error)}`);
}

/** The promise's value, if it comes in time. */
export async function within<T>(ms: number, promise: PromiseLike<T>, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AssertionError(`${what}: nothing within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How long anything may take that is under way already, in ms: longer than Chromium holds on to an aborted connection, on a busy machine. */
const SOON_MS = 30_000;

/** The promise's value, if it comes before anybody would call it stuck. */
export function soon<T>(promise: PromiseLike<T>, what: string): Promise<T> {
  return within(SOON_MS, promise, what);
}

/** Resolves after so many ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
