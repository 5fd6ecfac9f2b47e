/** One request that came to a server, and what became of it. */
export interface Exchange {
  /** In order of arrival, from 1. */
  readonly number: number;
  readonly method: string;
  readonly url: string;
  /** When it arrived, in ms on the server's clock. */
  readonly at: number;
  /** Whether the host had asked for quiet, by a Retry-After that was not over. */
  readonly duringHold: boolean;
  /** Requests under way when it had arrived, itself included. */
  readonly atOnce: number;
  /** Of its answer. undefined: it has none yet, or never had. */
  readonly status: number | undefined;
  /** Bytes of its body that the server has read. */
  readonly uploaded: number;
  /** When its headers came. */
  readonly headersAt: number | undefined;
  /** When it was over: its last byte taken, or what else ended it. */
  readonly endedAt: number | undefined;
  /**
   * How it ended: answered and read to the end; its body cancelled by who should have read it; reset by the server; aborted by
   * who sent it. undefined: it has not.
   */
  readonly end: "complete" | "cancelled" | "reset" | "aborted" | undefined;
}
