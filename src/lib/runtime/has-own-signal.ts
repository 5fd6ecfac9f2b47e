import { orElse } from "../or-else.ts";
import { isNativeRequest } from "./native.ts";

/** Whether the platform gives each request a signal of its own. Asked at the first request, since an import may make no controller. */
let isOwn: boolean | undefined;

/**
 * Whether the signal of a request goes with it, since nobody else has it. Bun, and other packages, give the very signal that the
 * request was made with: it is the caller's.
 */
export function hasOwnSignal(request: Request): boolean {
  return isNativeRequest(request) && (isOwn ??= orElse(givesOwn, false));
}

function givesOwn(): boolean {
  const { signal } = new AbortController();
  return new Request("http://localhost/", { signal }).signal !== signal;
}
