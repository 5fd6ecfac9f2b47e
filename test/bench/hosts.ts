import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** ms until an answer. Long enough that a busy machine does not decide how many there are in a second. */
const LATENCY_MS = 20;

/** A host on loopback. */
export interface Host {
  readonly url: string;
  /** When each request came, by `performance.now()`. */
  readonly times: readonly number[];
  close(): Promise<void>;
}

/** @param answer What is said to a request that has come now. */
export async function serve(
  answer: (now: number) => { readonly status: number; readonly retryAfter?: number },
): Promise<Host> {
  const times: number[] = [];
  const server = createServer((_request, response) => {
    const now = performance.now();
    times.push(now);
    const { status, retryAfter } = answer(now);
    response.statusCode = status;
    if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
    setTimeout(() => response.end("done"), LATENCY_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    times,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
