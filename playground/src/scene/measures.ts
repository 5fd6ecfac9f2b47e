/** What one side of a comparison came to, as its server and those who called it tell. */
export interface Measures {
  /** ms since it began. */
  readonly ms: number;
  /** Requests at the server. */
  readonly sent: number;
  /** Calls that ended with a status below 400, and a body read as it was to be. */
  readonly answered: number;
  /** Answers with 429, and with any status. */
  readonly limited: number;
  readonly answers: number;
  readonly open: number;
  readonly mostOpen: number;
  /** Requests that came while the server had asked for quiet. */
  readonly duringHold: number;
  /** Connections that stayed open when the job that had opened them was done. */
  readonly leftOpen: number;
  /** Requests that went on when their job had been given up. */
  readonly ranOn: number;
  /** Of both, connections that are still open. */
  readonly beside: number;
  readonly mostWaiting: number;
  /** Callers that wait to be let in. */
  readonly inLine: number;
  readonly refused: number;
  /** Whether there are more and more of those that wait, in the queue or to be let in. */
  readonly isGrowing: boolean;
  /** The most starts within any one period. */
  readonly mostStarts: number;
  /** ms from the call until the first request; null: none has been sent. */
  readonly wait50: number | null;
  readonly wait95: number | null;
  /** ms from a request until its headers; null: none have come. */
  readonly answer95: number | null;
}
