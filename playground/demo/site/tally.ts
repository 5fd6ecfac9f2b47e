/** What the server has seen so far. */
export interface Tally {
  readonly connections: number;
  /** Connections open now that had a request. Clients open others, to have them when they need them. */
  readonly open: number;
  readonly requests: number;
  /** The most requests under way at once. */
  readonly atOnce: number;
}
