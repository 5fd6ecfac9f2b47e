import { isObject, isSignal, property } from "./checks.ts";
import type { Transaction } from "../api/task.ts";

/**
 * The transaction that a task made. Known by shape, so that requests of another realm or package count.
 * @throws {TypeError} When it is none.
 */
export function transactionOf(made: unknown): Transaction {
  // All three, or a polluted prototype would have its say.
  if (isRequest(made)) return { request: made, consumer: undefined, signal: undefined };
  if (isObject(made)) {
    const { request } = made as Partial<Transaction>;
    const consumer = property(made, "consumer") as Transaction["consumer"];
    const signal = property(made, "signal");
    const isRight = consumer === undefined || typeof consumer === "function";
    if (isRequest(request) && isRight && (signal === undefined || isSignal(signal)))
      return { request, consumer, signal };
  }
  throw new TypeError("Expected the task to make a Request, a Transaction or nothing");
}

/**
 * The response of a handler, undefined for none. Known by shape too.
 * @throws {TypeError} When it is neither a response nor nothing.
 */
export function responseOf(answer: unknown): Response | undefined {
  if (answer === null || answer === undefined) return undefined;
  if (isNativeResponse(answer)) return answer;
  const { status, headers } = answer as Partial<Response>;
  if (typeof status === "number" && typeof headers === "object") return answer as Response;
  throw new TypeError("Expected the handler to resolve to a Response or nothing");
}

/** As platforms write a URL: scheme, host and a port that is not the default's, and no user before it. */
const ORIGIN = /^https?:\/\/[^/?#@\\]+(?=\/)/;

/** Where a request goes, without its secrets. */
export function originOf(request: Request): string {
  const { url } = request;
  const origin = isNative(request, (requests ??= globalThis.Request?.prototype)) ? ORIGIN.exec(url)?.[0] : undefined;
  return origin ?? URL.parse(url)?.origin ?? "null";
}

let requests: Request | undefined;
let responses: Response | undefined;

/** Whether it is a `Response` of this realm, and no subclass's. */
export function isNativeResponse(value: unknown): value is Response {
  return isNative(value, (responses ??= globalThis.Response?.prototype));
}

/** `instanceof` looks up more than this, and takes four times as long. */
function isNative(value: unknown, prototype: object | undefined): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === prototype;
}

function isRequest(value: unknown): value is Request {
  if (isNative(value, (requests ??= globalThis.Request?.prototype))) return true;
  const { url, method, headers } = (value ?? {}) as Partial<Request>;
  return typeof url === "string" && typeof method === "string" && typeof headers === "object";
}

/** Anything with a `then` method, as `await` sees it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  return typeof (value as { then?: unknown }).then === "function";
}
