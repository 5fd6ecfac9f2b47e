import type { Retry, RetryPolicy } from "../../api/policies.ts";
import { Budget } from "./budget.ts";
import { judge } from "./judge.ts";
import { type RetryOptions, settingsOf } from "./options.ts";
import { resend } from "./resend.ts";
import { TaskRests } from "./task-rests.ts";

/**
 * Lets a pool try again what has failed. Between two attempts a task rests outside the slots: others run meanwhile. The
 * consumer and the caller see the last attempt only: its response, or its error, the very value.
 *
 * What can be sent once only is never retried: a stream, or a `Request` that has a body, of `requestTask` or `fetch`. A
 * task of your own is called anew for each attempt. Never retried either are errors of the task and of its consumer, a
 * closed pool, the caller's abort, and a breaker's open circuit.
 *
 * @throws {TypeError} An option is of a wrong type.
 *
 * @example
 * ```ts
 * const pool = new Client({ retry: retry({ limit: 3 }) }).start();
 * ```
 */
export function retry(options: RetryOptions = {}): Retry {
  const settings = settingsOf(options);
  return {
    policy: <Item extends object>(host: Parameters<Retry["policy"]>[0]): RetryPolicy<Item> => {
      const budget = settings.budget === false ? undefined : new Budget(settings.budget);
      return {
        rests: new TaskRests(),
        onFirst: (lane) => budget?.onFirst(lane),
        judge: (outcome) => judge(settings, host, budget, outcome),
        resend,
      };
    },
  };
}
