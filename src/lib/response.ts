import { isObject, property } from "./checks.ts";
import { isNative } from "./native.ts";

/** Whether it is a `Response` of this realm, and no subclass's. */
export function isNativeResponse(value: unknown): value is Response {
  return isNative(value, "Response");
}

/** Whether the value is a `Response`. Known by shape, so that those of another realm or package count. */
export function isResponse(value: unknown): value is Response {
  if (isNativeResponse(value)) return true;
  if (!isObject(value)) return false;
  return typeof property(value, "status") === "number" && typeof property(value, "headers") === "object";
}
