type Name = "Request" | "Response";

const prototypes: Partial<Record<Name, object>> = {};

/**
 * Whether the value is the platform's own `Request` or `Response`, of this realm, and no subclass's. `instanceof` looks up
 * more than this, and takes four times as long.
 */
export function isNative(value: unknown, name: Name): boolean {
  // Looked up on first use: at import a test may not have put its own in place yet.
  prototypes[name] ??= globalThis[name]?.prototype;
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === prototypes[name];
}
