import { isObject } from "../checks.ts";

let request: object | undefined;
let response: object | undefined;

/** Whether the value is the platform's own `Request`, of this realm, and no subclass's. */
export function isNativeRequest(value: unknown): value is Request {
  // Looked up at the first use, not at the import: a test environment may put its own `Request` in place in between.
  return isMadeBy(value, (request ??= globalThis.Request?.prototype));
}

/** Whether the value is the platform's own `Response`, of this realm, and no subclass's. */
export function isNativeResponse(value: unknown): value is Response {
  return isMadeBy(value, (response ??= globalThis.Response?.prototype));
}

/** `instanceof` looks up more than this, and takes four times as long. */
function isMadeBy(value: unknown, prototype: object | undefined): boolean {
  return isObject(value) && Object.getPrototypeOf(value) === prototype;
}
