import type { Transaction } from "./task.ts";

/**
 * The transaction that a task made. Known by shape, so that requests of another realm or package count.
 * @throws {TypeError} When it is none.
 */
export function transactionOf(made: unknown): Transaction {
  if (isRequest(made)) return { request: made };
  const { request, consumer } = made as Partial<Transaction>;
  if (isRequest(request) && (consumer === undefined || typeof consumer === "function")) return { request, consumer };
  throw new TypeError("Expected the task to make a Request, a Transaction or nothing");
}

/**
 * The response of a handler, undefined for none. Known by shape too.
 * @throws {TypeError} When it is neither a response nor nothing.
 */
export function responseOf(answer: unknown): Response | undefined {
  if (answer === null || answer === undefined) return undefined;
  if (answer instanceof Response) return answer;
  const { status, headers } = answer as Partial<Response>;
  if (typeof status === "number" && typeof headers === "object") return answer as Response;
  throw new TypeError("Expected the handler to resolve to a Response or nothing");
}

/** Where a request goes, without its secrets. */
export function originOf({ url }: Request): string {
  const path = url.indexOf("/", 8);
  // As platforms write it: scheme, host and port come before the first slash, and no user, whom only a parser can tell.
  if (/^https?:$/.test(url.slice(0, url.indexOf("/"))) && path > 0 && !url.slice(0, path).includes("@"))
    return url.slice(0, path);
  return URL.parse(url)?.origin ?? "null";
}

function isRequest(value: unknown): value is Request {
  if (value instanceof Request) return true;
  const { url, method, headers } = (value ?? {}) as Partial<Request>;
  return typeof url === "string" && typeof method === "string" && typeof headers === "object";
}

/** Anything with a `then` method, as `await` sees it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
