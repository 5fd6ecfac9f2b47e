/** Under this name Node says whether a stream can still be read: false once it has ended. */
const READABLE = Symbol.for("nodejs.stream.readable");

/** Whether a stream is known to have ended, also while it is locked. Only Node tells. */
export function hasEnded(stream: object): boolean {
  return (stream as { [READABLE]?: boolean })[READABLE] === false;
}
