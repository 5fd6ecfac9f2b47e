import { isThenable } from "./checks.ts";

/**
 * A function of the user's that may fail without harm to who calls it: what it throws, and what its promise rejects with,
 * goes to `onError`, which must not throw.
 */
export function guard<Args extends readonly unknown[]>(
  fn: (...args: Args) => unknown,
  onError: (error: unknown) => void,
): (this: unknown, ...args: Args) => void {
  return function (this: unknown, ...args) {
    try {
      const result = fn.apply(this, args as unknown as Args & unknown[]);
      if (isThenable(result)) Promise.resolve(result).catch(onError);
    } catch (error) {
      onError(error);
    }
  };
}
