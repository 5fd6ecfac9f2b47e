import { isObject, property } from "./checks.ts";
import { isNativeResponse } from "./native.ts";

/** Whether the value is a `Response`. Known by shape, so that those of another realm or package count. */
export function isResponse(value: unknown): value is Response {
  if (isNativeResponse(value)) return true;
  if (!isObject(value)) return false;
  return typeof property(value, "status") === "number" && typeof property(value, "headers") === "object";
}
