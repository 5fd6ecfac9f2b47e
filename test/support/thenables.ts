/* Handlers, tasks and consumers may give what can be awaited and is no Promise. */

/** Resolves like a promise, but is none. */
export function thenable<T>(value: T): PromiseLike<T> {
  const promise = Promise.resolve(value);
  // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
  return { then: promise.then.bind(promise) };
}

/** Rejects like a promise, but is none. */
export function rejectingThenable(error: unknown): PromiseLike<never> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is for
    then: async (_, onRejected) => {
      if (onRejected === undefined || onRejected === null) throw error;
      return onRejected(error);
    },
  };
}
