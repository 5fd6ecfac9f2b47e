import { isNativeResponse } from "./native.ts";

/** Whether the value is a `Response`. Known by shape, so that those of another realm or package count. */
export function isResponse(value: unknown): value is Response {
  if (isNativeResponse(value)) return true;
  const { status, headers } = (value ?? {}) as Partial<Response>;
  return typeof status === "number" && typeof headers === "object";
}
