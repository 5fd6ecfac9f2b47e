import type { Socket } from "node:net";
import type { Answers } from "./answer.ts";

const OK = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
const DRIP_MS = 20;
/** Slow enough for both sides to have time for others. */
const POUR_MS = 2;
const RETRY_AFTER = [
  "0",
  "120",
  "Wed, 21 Oct 2015 07:28:00 GMT",
  "99999999999",
  "1.5",
  "abc",
  "-5",
  "9".repeat(10_000),
];

/** Everything that a server can do wrong. Whatever is no HTTP is written past the HTTP server, and ends the connection. */
export const FAULTS: Answers = {
  silence: () => undefined,
  hangUp: ({ socket }) => socket.end(),
  reset: ({ socket }) => socket.resetAndDestroy(),
  garbage: ({ socket }) => socket.end("I speak no HTTP.\r\n\r\n"),
  "half-headers": ({ socket }) => socket.write(`${OK}content-le`, () => socket.resetAndDestroy()),
  "slow-headers": ({ socket }) => drip(socket, OK, `x-slow: ${"z".repeat(1000)}`),
  "endless-headers": ({ socket }) => pour(socket, `${OK}x-long: `, "z".repeat(16_384)),
  "wrong-version": ({ socket }) => socket.end("HTTP/9.9 200 OK\r\n\r\n"),
  "short-body": ({ socket }) => socket.end(`${OK}content-length: 1000\r\n\r\nshort`),
  "reset-body": ({ socket }) => socket.write(`${OK}content-length: 1000\r\n\r\nshort`, () => socket.resetAndDestroy()),
  "long-body": ({ socket }) => socket.end(`${OK}content-length: 5\r\n\r\nmuch longer than that`),
  "slow-body": ({ socket }) => drip(socket, `${OK}content-length: 1000\r\n\r\n`, "z".repeat(1000)),
  "endless-body": ({ socket }) => pour(socket, CHUNKED, `4000\r\n${"z".repeat(0x4000)}\r\n`),
  "bad-chunk": ({ socket }) => socket.end(`${CHUNKED}5\r\nshort\r\nZZ\r\n`),
  "no-last-chunk": ({ socket }) => socket.end(`${CHUNKED}5\r\nshort\r\n`),
  "two-lengths": ({ socket }) => socket.end(`${OK}content-length: 5\r\ncontent-length: 6\r\n\r\nshorts`),
  "negative-length": ({ socket }) => socket.end(`${OK}content-length: -5\r\n\r\nshort`),
  "bad-gzip": ({ response }) => response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.alloc(1000, 0xab)),
  "no-content": ({ response }) => response.writeHead(204).end(),
  "not-modified": ({ response }) => response.writeHead(304).end(),
  "early-hints": ({ response }) =>
    response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => response.end("ok")),
  "retry-after": ({ response, roll }) => {
    const wait = RETRY_AFTER[roll % RETRY_AFTER.length] ?? "";
    response.writeHead(503, { "retry-after": wait }).end("Later");
  },
  redirect: ({ response, elsewhere }) => response.writeHead(302, { location: `${elsewhere}/1/fast/0` }).end("There"),
  "redirect-loop": ({ request, response }) => response.writeHead(302, { location: request.url }).end("Here"),
  "redirect-nowhere": ({ response }) => response.writeHead(302, { location: "http://[" }).end("Where?"),
  // Both can hit the next request on the same connection.
  "sudden-goodbye": ({ response, socket }) => response.end("Bye", () => socket.end()),
  "sudden-reset": ({ response, socket }) => response.end("Bye", () => socket.resetAndDestroy()),
};

/** Writes the start at once, then the rest a byte at a time, then nothing more. */
function drip(socket: Socket, start: string, rest: string): void {
  let sent = 0;
  socket.write(start);
  const timer = setInterval(() => {
    if (socket.destroyed || sent === rest.length) clearInterval(timer);
    else socket.write(rest.charAt(sent++));
  }, DRIP_MS);
}

/** Writes the start, then the same piece over and over. */
function pour(socket: Socket, start: string, piece: string): void {
  const more = (): void => {
    if (!socket.destroyed) socket.write(piece, () => setTimeout(more, POUR_MS));
  };
  socket.write(start, more);
}
