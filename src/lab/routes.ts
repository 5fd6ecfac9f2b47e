import { expect, isFunction, isObject, own } from "../lib/checks.ts";
import { type Behavior, behaviorOf } from "./behavior.ts";
import type { SimulatedServerOptions } from "./server-options.ts";

/** What a server does to one request, and whose capacity and limit it shares. */
export interface Route {
  readonly behavior: Behavior;
  readonly capacityKey: string;
  readonly limitKey: string;
}

type Routes = NonNullable<SimulatedServerOptions["routes"]>;

interface Entry {
  /** "": all. */
  readonly host: string;
  readonly path: string;
  readonly key: string;
  readonly behavior: Partial<Behavior>;
}

/** Finds what a server does to a request. */
export class RouteTable {
  #common: Behavior;
  readonly #entries: readonly Entry[];
  readonly #ask: ((request: Request) => object | undefined) | undefined;
  /** What the function gave, checked once an object. */
  #asked = new WeakMap<object, Behavior>();

  constructor(common: Behavior, routes: Routes = {}) {
    this.#common = common;
    this.#ask = isFunction(routes) ? routes : undefined;
    const map = isFunction(routes) ? {} : own(expect(routes, "routes", "a function or an object", isObject));
    // The more special stands first.
    this.#entries = Object.entries(map)
      .map(([key, given]) => entryOf(key, given))
      .toSorted((a, b) => Number(b.host !== "") - Number(a.host !== "") || b.path.length - a.path.length);
  }

  get common(): Behavior {
    return this.#common;
  }

  set common(common: Behavior) {
    this.#common = common;
    this.#asked = new WeakMap();
  }

  find(host: string, path: string, request: () => Request): Route {
    if (this.#ask !== undefined) return plain(this.#byFunction(this.#ask(request())), host);
    let route: Route | undefined;
    // From the most general to the most special, each over what is before.
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry === undefined || !matches(entry, host, path)) continue;
      const below: Route = route ?? plain(this.#common, host);
      const { behavior, key } = entry;
      route = {
        behavior: { ...below.behavior, ...behavior },
        capacityKey: behavior.capacity === undefined ? below.capacityKey : `${host} ${key}`,
        limitKey: behavior.rateLimit === undefined ? below.limitKey : `${host} ${key}`,
      };
    }
    return route ?? plain(this.#common, host);
  }

  #byFunction(given: object | undefined): Behavior {
    if (given === undefined) return this.#common;
    let behavior = this.#asked.get(expect(given, "what `routes` gives", "an object or undefined", isObject));
    if (behavior === undefined) {
      behavior = { ...this.#common, ...behaviorOf(given) };
      this.#asked.set(given, behavior);
    }
    return behavior;
  }
}

const plain = (behavior: Behavior, host: string): Route => ({ behavior, capacityKey: host, limitKey: host });

function entryOf(key: string, given: object): Entry {
  const name = `routes[${JSON.stringify(key)}]`;
  const slash = key.indexOf("/");
  const [host, path] = slash < 0 ? [key, ""] : [key.slice(0, slash), key.slice(slash)];
  return { host, path, key, behavior: behaviorOf(expect(given, name, "an object", isObject), `${name}.`) };
}

const matches = (entry: Entry, host: string, path: string): boolean =>
  (entry.host === "" || entry.host === host) && path.startsWith(entry.path);
