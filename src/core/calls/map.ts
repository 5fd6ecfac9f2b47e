import type { Submit } from "../queued-task.ts";
import { expect, isBoolean, isFunction, isObject, optional, own } from "../../lib/checks.ts";
import { MapRun, type Result } from "./map-run.ts";
import { callerSignalOf } from "../settings.ts";
import type { MapOptions, Read, Source, ToRequest } from "../../api/dispatcher.ts";
import { Subscription } from "../../lib/signals.ts";

/** Makes the results of a `map`, by request. @throws {TypeError} At once, for an argument of a wrong type. */
export function pooledMap<Input, Output>(
  submit: Submit,
  ahead: number,
  inputs: Source<Input>,
  toRequest: ToRequest<Input>,
  read: Read<Input, Output>,
  options: MapOptions | undefined,
): AsyncIterableIterator<Result<Input, Output>> {
  expect(inputs, "inputs", "an iterable or async iterable", isSource);
  expect(toRequest, "toRequest", "a function", isFunction);
  expect(read, "read", "a function", isFunction);
  const signal = callerSignalOf(options);
  const given: MapOptions = own(options ?? {});
  const ordered = optional(given.ordered, "ordered", "a boolean", isBoolean) ?? false;
  const settled = optional(given.settled, "settled", "a boolean", isBoolean) ?? false;
  let run: MapRun<Input, Output> | undefined;
  const start = (): MapRun<Input, Output> =>
    (run = new MapRun({ inputs, toRequest, read, ordered, settled, ahead, submit }));
  const loop = results(start, signal);
  const end = loop.return.bind(loop);
  // A generator would not hear of these before the result that it waits for.
  loop.return = (value) => {
    run?.abort();
    return end(value);
  };
  loop.throw = async (error) => {
    run?.abort();
    await end().catch(() => undefined);
    throw error;
  };
  return loop;
}

async function* results<Input, Output>(
  start: () => MapRun<Input, Output>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Result<Input, Output>, void, undefined> {
  if (signal?.aborted) throw signal.reason;
  const run = start();
  const subscription = signal && new Subscription(signal, (reason) => run.fail(reason));
  try {
    for (;;) {
      const result = await run.next();
      if (result === undefined) return;
      yield result.value;
    }
  } finally {
    subscription?.end();
    await run.close();
  }
}

const isSource = (value: unknown): value is Source<unknown> =>
  typeof value === "string" || (isObject(value) && (Symbol.asyncIterator in value || Symbol.iterator in value));
