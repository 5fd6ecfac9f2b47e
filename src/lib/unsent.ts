/** By their name, aborts; by their code, errors of ours of whatever copy of the package: of a breaker, of another pool. */
const UNSENT = /^AbortError|ERR_(?:CIRCUIT_OPEN|DISPATCHER_CLOSED|TASK_EXPIRED|TASK_FILTERED)$/;

/** Whether an error of a handler says nothing of the server: somebody gave up, or nothing was sent. */
export function isUnsent(error: unknown): boolean {
  const { name, code } = Object(error) as Readonly<Record<string, unknown>>;
  return UNSENT.test(`${String(name)} ${String(code)}`);
}
