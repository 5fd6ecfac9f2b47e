import { isNativeResponse } from "../lib/runtime/native.ts";
import { isResponse } from "../lib/is-response.ts";

/**
 * The response of a handler, undefined for none.
 *
 * @throws {TypeError} When it is neither a response nor nothing.
 */
export function responseOf(answer: unknown): Response | undefined {
  if (isNativeResponse(answer)) return answer;
  if (answer === null || answer === undefined) return undefined;
  if (isResponse(answer)) return answer;
  throw new TypeError("Expected the handler to resolve to a Response or nothing");
}
