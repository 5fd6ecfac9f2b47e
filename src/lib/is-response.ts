import { has } from "./checks.ts";
import { isNativeResponse } from "./runtime/native.ts";

/** Whether the value is a `Response`. Known by shape, so that those of another realm or package count. */
export function isResponse(value: unknown): value is Response {
  return isNativeResponse(value) || (has(value, "status", "number") && has(value, "headers", "object"));
}
