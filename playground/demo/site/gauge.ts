/**
 * Counts what is under way at once.
 *
 * A client that gives up hangs up first and then sends the next request, but a server may be told of both in the same
 * turn of its event loop, the new request first. So only what is still under way two turns later counts.
 */
export class Gauge {
  /** The most that were under way at once. */
  most = 0;
  #now = 0;

  /** @returns To be called when it is over. More calls change nothing. */
  enter(): () => void {
    let isOver = false;
    let counts = false;
    afterTurns(2, () => {
      if (isOver) return;
      counts = true;
      this.most = Math.max(this.most, ++this.#now);
    });
    return () => {
      if (!isOver && counts) this.#now--;
      isOver = true;
    };
  }
}

function afterTurns(turns: number, then: () => void): void {
  if (turns === 0) then();
  else setImmediate(() => afterTurns(turns - 1, then));
}
