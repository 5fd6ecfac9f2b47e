import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";

const MOST_MS = 30_000;

/**
 * `echo`, beside the page: tells what it was asked. `?delay=200&status=503&bytes=1000` make it slow, failing and long.
 */
export function echoEndpoint(): Plugin {
  return {
    name: "echo-endpoint",
    configureServer: (server) => void server.middlewares.use("/echo", echo),
    configurePreviewServer: (server) => void server.middlewares.use("/echo", echo),
  };
}

/** Answers one request. */
export function echo(request: IncomingMessage, response: ServerResponse): void {
  const { searchParams } = new URL(request.url ?? "", "http://localhost");
  const number = (name: string, most: number, absent: number): number => {
    const value = Number(searchParams.get(name) ?? absent);
    return Number.isFinite(value) ? Math.min(Math.max(value, 0), most) : absent;
  };
  const status = Math.trunc(number("status", 599, 200));
  let received = 0;
  request.on("data", (chunk: Buffer) => {
    received += chunk.byteLength;
  });
  request.on("end", () => {
    setTimeout(
      () => {
        response.statusCode = status < 200 ? 200 : status;
        response.setHeader("content-type", "application/json");
        response.setHeader("cache-control", "no-store");
        response.setHeader("x-playground-echo", "1");
        const padding = ".".repeat(number("bytes", 10_000_000, 0));
        response.end(JSON.stringify({ method: request.method, received, padding }));
      },
      number("delay", MOST_MS, 100),
    );
  });
}
