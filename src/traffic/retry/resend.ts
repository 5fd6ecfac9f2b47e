import { keepReferrer } from "../../lib/request.ts";

/** The request again, which has been sent, with the body that it was made with. */
export function resend(request: Request, body: unknown): Request {
  if (body === undefined || body === null) return request;
  const headers = new Headers(request.headers);
  // The platform writes a form anew, and names the new boundary.
  if (Object.prototype.toString.call(body) === "[object FormData]") headers.delete("content-type");
  return new Request(request, keepReferrer(request, { body: body as BodyInit, headers, signal: null }));
}
