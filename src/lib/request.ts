/** The request as the platform's own, which `fetch` takes: one of another realm or package is copied. */
export function platformRequest(request: Request): Request {
  return request instanceof Request ? request : new Request((request as Request).url, request);
}

/** The init, with what a request would lose by it: any init, were it of a signal alone, makes `fetch` forget these two. */
export function keepReferrer<Init extends RequestInit>(request: Request, init: Init): Init {
  const { referrer, referrerPolicy } = request;
  const isPlain = referrer === undefined || (referrer === "about:client" && !referrerPolicy);
  return isPlain ? init : { ...init, referrer, referrerPolicy };
}
