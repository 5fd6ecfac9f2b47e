import type { Submit } from "../queued-task.ts";
import { expect, hasMethods, isBoolean, isFinite, isFunction, isString, optional } from "../../lib/checks.ts";
import { MapRun, type Result } from "./map-run.ts";
import { callOptionsOf } from "../settings.ts";
import type { SendOptions } from "../../api/options.ts";
import type { MapOptions, Read, Source, ToRequest } from "../../api/dispatcher.ts";
import { Subscription } from "../../lib/follower.ts";

/**
 * Makes the results of a `map`, by request.
 *
 * @param ahead How many inputs may be taken now before their results are.
 * @param check Throws where the pool has no lanes to wish for.
 * @throws {TypeError} At once, for an argument of a wrong type.
 */
export function pooledMap<Input, Output>(
  submit: Submit,
  check: (wish: SendOptions) => void,
  ahead: () => number,
  inputs: Source<Input>,
  toRequest: ToRequest<Input>,
  read: Read<Input, Output>,
  options: MapOptions<Input> | undefined,
): AsyncIterableIterator<Result<Input, Output>> {
  expect(inputs, "inputs", "an iterable or async iterable", isSource);
  expect(toRequest, "toRequest", "a function", isFunction);
  expect(read, "read", "a function", isFunction);
  const given: MapOptions<Input> = callOptionsOf(options === undefined ? {} : options) as MapOptions<Input>;
  const { signal, priority } = given;
  const lane = isFunction(given.lane) ? given.lane : optional(given.lane, "lane", "a string or a function", isString);
  optional(priority, "priority", "a finite number", isFinite);
  check({ lane: isFunction(lane) ? "" : lane, priority });
  const ordered = optional(given.ordered, "ordered", "a boolean", isBoolean) ?? false;
  const settled = optional(given.settled, "settled", "a boolean", isBoolean) ?? false;
  let run: MapRun<Input, Output> | undefined;
  const start = (): MapRun<Input, Output> =>
    (run = new MapRun({
      inputs,
      toRequest,
      read,
      ordered,
      settled,
      lane,
      priority,
      submit,
      get ahead() {
        return ahead();
      },
    }));
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
    subscription?.unfollow();
    await run.close();
  }
}

const isSource = (value: unknown): value is Source<unknown> =>
  typeof value === "string" || hasMethods(value, Symbol.asyncIterator) || hasMethods(value, Symbol.iterator);
