import type { Clock } from "../api/clock.ts";
import type { Logger } from "../api/logger.ts";

/** The value, when it is of its type. @throws {TypeError} Saying what was expected. */
export function expect<T>(value: unknown, name: string, expected: string, is: (value: unknown) => value is T): T {
  if (is(value)) return value;
  throw new TypeError(`Expected \`${name}\` to be ${expected}, got ${describe(value)}`);
}

/** Like {@link expect}, for what may be left out. */
export function optional<T>(
  value: unknown,
  name: string,
  expected: string,
  is: (value: unknown) => value is T,
): T | undefined {
  return value === undefined ? undefined : expect(value, name, expected, is);
}

/** Makes objects that inherit nothing. V8 takes twenty times as long for a literal with `__proto__: null`. */
const Bare = /* @__PURE__ */ Object.assign(function () {}, {
  prototype: /* @__PURE__ */ Object.create(null),
}) as unknown as new () => object;

/** A copy of an object's own properties that inherits nothing, so that a polluted `Object.prototype` sets no option. */
export function own<T extends object>(object: T): Readonly<T> {
  return Object.assign(new Bare(), object);
}

/** A property, own or inherited, but not from a polluted `Object.prototype`. What is no object has none. */
export function property(object: unknown, name: PropertyKey): unknown {
  if (!isObject(object)) return undefined;
  const value: unknown = Reflect.get(object, name);
  return value === Reflect.get(Object.prototype, name) && !Object.hasOwn(object, name) ? undefined : value;
}

/** Whether the value is an object with a property of this type. */
export const has = (value: unknown, name: string, type: "number" | "object" | "string"): boolean =>
  typeof property(value, name) === type;

/** Whether the value is a function. */
export const isFunction = (value: unknown): value is (...args: never[]) => unknown => typeof value === "function";

/** Whether the value is an object and not null. */
export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

export const isArray = (value: unknown): value is readonly unknown[] => Array.isArray(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isString = (value: unknown): value is string => typeof value === "string";

/** Whether the value is a number, and neither NaN nor an infinity. */
export const isFinite = (value: unknown): value is number => Number.isFinite(value);

/** What {@link isDelay} looks for. */
export const DELAY = "a finite number of 0 or more";

/** Whether the value is a finite number of 0 or more. */
export const isDelay = (value: unknown): value is number => isFinite(value) && value >= 0;

/** Whether the value is a whole number that is exact. */
export const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

/** Whether the value is an `AbortSignal`, of any realm. */
export const isSignal = (value: unknown): value is AbortSignal =>
  hasMethods(value, "addEventListener", "removeEventListener") && "aborted" in value;

/** What {@link isClock} looks for. */
export const CLOCK = "an object with the methods now, setTimeout, clearTimeout and perhaps date";

/** Whether the value is a {@link Clock}. */
export const isClock = (value: unknown): value is Clock =>
  hasMethods(value, "now", "setTimeout", "clearTimeout") &&
  (property(value, "date") === undefined || isFunction(property(value, "date")));

/** What {@link isLogger} looks for. */
export const LOGGER = "an object with the methods debug and error";

/** Whether the value is a {@link Logger}. */
export const isLogger = (value: unknown): value is Logger => hasMethods(value, "debug", "error");

/** Whether the value is an object with these methods. */
export function hasMethods(value: unknown, ...methods: (string | symbol)[]): value is object {
  return isObject(value) && methods.every((method) => isFunction((value as Record<PropertyKey, unknown>)[method]));
}

/** Whether the value has a `then` method, as `await` looks for it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (isObject(value) || isFunction(value)) && isFunction((value as { then?: unknown }).then);
}

/** Lets a promise that nobody waits for be rejected without harm: some platforms end a process for one. */
export function ignore(value: unknown): void {
  if (isThenable(value)) Promise.resolve(value).catch(() => undefined);
}

/** Names a value without giving away what may be a secret: only short strings are shown. */
function describe(value: unknown): string {
  const type = typeof value;
  if (value === null || value === undefined) return String(value);
  if (isObject(value)) return Array.isArray(value) ? "an array" : "an object";
  if (isFunction(value) || (value as string).length > 8) return `a ${type}`;
  return `${type === "string" ? JSON.stringify(value) : String(value)} (${type})`;
}
