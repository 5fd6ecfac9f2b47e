import type { RawRequest } from "./raw-server.ts";

/** The start of an answer with a body in chunks. */
export const CHUNKED = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";

/** A whole answer. */
export function answer(body = "", status = "200 OK", headers: Readonly<Record<string, string>> = {}): string {
  return `${head(status, { "content-length": String(body.length), ...headers })}${body}`;
}

/** The start of an answer, to be followed by its body. */
export function head(status: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`;
}

/** The start of an answer that says it is so long. */
export function lengthHead(length: number): string {
  return head("200 OK", { "content-length": String(length) });
}

export function chunk(data: string): string {
  return `${data.length.toString(16)}\r\n${data}\r\n`;
}

/** Writes a piece again and again until the connection is closed. */
export function pour({ socket, write }: RawRequest, piece: string, everyMs: number): void {
  const timer = setInterval(() => write(piece), everyMs);
  socket.once("close", () => clearInterval(timer));
}

/** Writes a text a character at a time, then calls back. */
export function drip({ socket, write }: RawRequest, text: string, everyMs: number, then: () => void): void {
  let sent = 0;
  const timer = setInterval(() => {
    write(text.charAt(sent++));
    if (sent < text.length) return;
    clearInterval(timer);
    then();
  }, everyMs);
  socket.once("close", () => clearInterval(timer));
}
