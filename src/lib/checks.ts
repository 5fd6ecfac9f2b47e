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

/** A property of an object, as long as it does not come from a polluted `Object.prototype`. */
export function property(object: object, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : Reflect.get(object, name);
}

/** Whether the value is a function. */
export const isFunction = (value: unknown): value is (...args: never[]) => unknown => typeof value === "function";

/** Whether the value is an object and not null. */
export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Whether the value is an `AbortSignal`, of any realm. */
export const isSignal = (value: unknown): value is AbortSignal =>
  hasMethods(value, "addEventListener", "removeEventListener") && "aborted" in value;

/** Whether the value is an object with these methods. */
export function hasMethods(value: unknown, ...methods: string[]): value is object {
  return isObject(value) && methods.every((method) => isFunction((value as Record<string, unknown>)[method]));
}

/** Names a value without giving away what may be a secret: only short strings are shown. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "object") return Array.isArray(value) ? "an array" : "an object";
  if (typeof value === "string") return value.length > 8 ? "a string" : `${JSON.stringify(value)} (string)`;
  return `${String(value)} (${typeof value})`;
}
