/** Runs functions in the async context in which it was made. */
export interface Scope {
  runInAsyncScope<This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    thisArg: This,
    ...args: Args
  ): Result;
}

/** As much of `AsyncLocalStorage` as is used here. */
export interface Storage<Store> {
  run<Result>(store: Store, fn: () => Result): Result;
  getStore(): Store | undefined;
}

interface AsyncHooks {
  readonly AsyncResource: new (type: string, triggerAsyncId?: number) => Scope;
  readonly AsyncLocalStorage: new <Store>() => Storage<Store>;
}

/** The module `node:async_hooks`, in Node, Deno, Bun and, where they are told to have it, Workers. */
export function asyncHooks(): AsyncHooks | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => AsyncHooks | undefined } };
  return process?.getBuiltinModule?.("node:async_hooks");
}
