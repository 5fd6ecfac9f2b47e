import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** One request, as the server sees it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The connection, for answers that are no HTTP. */
  readonly socket: Socket;
  /** Where the server can be reached under another name than the one it was asked under. */
  readonly elsewhere: string;
  /** A whole number that the client has drawn, for answers that have a choice. */
  readonly roll: number;
}

/** Answers a request, or doesn't. */
export type Answer = (exchange: Exchange) => void;

/** Answers by the name they go by in a path. */
export type Answers = Readonly<Record<string, Answer>>;
