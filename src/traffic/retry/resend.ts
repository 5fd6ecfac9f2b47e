import { keepReferrer } from "../../lib/request.ts";

/**
 * A request again: the same one if it has no body, else another one like it, since a `Request` sends its body once.
 *
 * @param request One without a signal of its own, used or not.
 * @param body What it was made with, which can be read again.
 */
export function resend(request: Request, body: unknown): Request {
  if (body === undefined || body === null) return request;
  const init: RequestInit = Object.assign(Object.create(null), { body, signal: null });
  // A platform puts a new boundary between the parts each time, and names it only where no type is given. One of the caller's stays.
  const isForm = Object.prototype.toString.call(body) === "[object FormData]";
  if (isForm && /^multipart\/form-data\b/i.test(request.headers.get("content-type") ?? "")) {
    init.headers = new Headers(request.headers);
    init.headers.delete("content-type");
  }
  return new Request(request, keepReferrer(request, init));
}
