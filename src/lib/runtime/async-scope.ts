import { orElse } from "../or-else.ts";
import { asyncHooks, type Scope } from "./async-hooks.ts";

class PlainScope implements Scope {
  runInAsyncScope<This, Args extends unknown[], Result>(
    fn: (this: This, ...args: Args) => Result,
    thisArg: This,
    ...args: Args
  ): Result {
    return fn.apply(thisArg, args);
  }
}

const Resource: new (type: string, triggerAsyncId?: number) => Scope = asyncHooks()?.AsyncResource ?? PlainScope;

/** What a resource is said to come from. The same for all spares each of them 16 bytes; workerd takes none. */
const TRIGGER: 1 | undefined = orElse(() => {
  void new Resource("httppool", 1);
  return 1;
}, undefined);

/**
 * Remembers the async context (`AsyncLocalStorage`) it is made in, where the runtime has one: Node, Deno and Bun. To
 * extend is cheaper than to hold: one object a task instead of two.
 */
export class AsyncScope extends Resource {
  constructor() {
    super("httppool", TRIGGER);
  }
}
