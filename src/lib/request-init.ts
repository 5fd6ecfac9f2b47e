import { isObject, property } from "./checks.ts";
import { isRequest, keepReferrer, platformRequest } from "./request.ts";

const isNumber = (value: unknown): value is number => typeof value === "number";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The members of an init that `fetch` would read. It reads by name, so those of an instance of a class, or of a `Request`,
 * which are not its own, count too; those of a polluted `Object.prototype` don't.
 */
export function membersOf(init: RequestInit): Writable<RequestInit> {
  const members: Record<string, unknown> = Object.create(null);
  for (let level: object = init; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) members[name] ??= Reflect.get(init, name);
  }
  return members;
}

/** An init as it is now, with its headers. A body is not copied: it may be large, and is most often made for one request. */
export function snapshotOf(init: RequestInit): Writable<RequestInit> {
  const copy = membersOf(init);
  const { headers } = copy;
  // Headers, or pairs; else a record, which is cheaper to copy as it is.
  if (isObject(headers)) copy.headers = Symbol.iterator in headers ? new Headers(headers) : { ...headers };
  return copy;
}

/**
 * The request that `fetch` would send for these arguments, as it is now, but without the signal: some platforms would keep a
 * listener on it for good, and others follow it only as long as something holds the request.
 */
export function requestOf(input: string | URL | Request, init: RequestInit | undefined): Request {
  const isCopy = isRequest(input);
  const isPlain = property(init, "signal") === undefined && !isNumber(property(init, "priority"));
  if (!isCopy && isPlain) return new Request(input, init);
  const members: Writable<RequestInit> & { hold?: unknown; lane?: unknown; priority?: unknown } = membersOf(init ?? {});
  // A pool's own, which are nothing to `fetch`.
  delete members.hold;
  delete members.lane;
  if (isNumber(members.priority)) delete members.priority;
  const changesNothing = Object.keys(members).length === 0;
  members.signal = null;
  if (!isCopy) return new Request(input, members);
  return new Request(platformRequest(input), changesNothing ? keepReferrer(input, members) : members);
}
