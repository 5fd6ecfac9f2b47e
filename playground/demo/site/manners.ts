import type { Answers } from "./answer.ts";

const UNREAD_BYTES = 32 * 1024;
const LARGE_BYTES = 1024 * 1024;

/** How a server answers on an ordinary day. */
export const MANNERS: Answers = {
  fast: ({ response }) => response.end("Here you are"),
  error: ({ response }) => response.writeHead(500).end("Something went wrong"),
  reset: ({ socket }) => socket.resetAndDestroy(),
  /** Short enough to be drained by whoever does not read it. */
  unread: ({ response }) => response.end(Buffer.alloc(UNREAD_BYTES)),
  /** Long enough to be cancelled by whoever does not read it. */
  large: ({ response }) => response.writeHead(200, { "content-length": LARGE_BYTES }).end(Buffer.alloc(LARGE_BYTES)),
};
