/** Under this name Node and Bun say whether a stream has failed. */
const ERRORED = Symbol.for("nodejs.stream.errored");

/** Whether a stream is known to have failed by its own source, also while it is locked. Only Node and Bun tell. */
export function hasErrored(stream: object | null): boolean {
  return stream !== null && (stream as { [ERRORED]?: boolean })[ERRORED] === true;
}
