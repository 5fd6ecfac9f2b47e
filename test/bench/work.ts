/* The same no-op for everybody: one Request, and a handler that gives one Response, without a body, for it. */

const request = new Request("http://127.0.0.1/");
const response = new Response(null);

/** Makes the request. */
export const task = (): Request => request;

/** Answers it. */
export const handler = async (_request: Request): Promise<Response> => response;

/** Both in one, for those that queue work and not tasks. */
export const work = (): Promise<Response> => handler(task());

/** Slots, of everybody. */
export const WORKERS = 10;
