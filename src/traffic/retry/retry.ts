import type { Retry } from "../../api/policies.ts";
import { Budget } from "./budget.ts";
import { judgeOf } from "./judge.ts";
import { keep } from "./keep.ts";
import { resend } from "./resend.ts";
import { type RetryOptions, settingsOf } from "./settings.ts";
import { TimedRests } from "./timed-rests.ts";

/**
 * Retries for a client: tasks that failed by the network, or by a server that is overloaded, are tried again after a while. They
 * rest outside the slots, so others go on meanwhile, and a budget keeps retries to a share of all requests. What the consumer and
 * the caller see is the last attempt.
 *
 * Each attempt calls the task anew. What can be sent once only (a stream, a `Request` with a body) is.
 *
 * @throws {TypeError} An option is of a wrong type.
 *
 * @example
 * ```ts
 * const pool = new Client({ retry: retry({ limit: 3 }) }).start();
 * await pool.send(requestTask("https://api.example.com/a"));
 * ```
 */
export function retry(options: RetryOptions = {}): Retry {
  const settings = settingsOf(options);
  return {
    policy: (host) => {
      const budget = new Budget(settings.budget);
      return {
        rests: new TimedRests(),
        onFirst: (lane) => budget.onFirst(lane),
        judge: judgeOf(settings, host, budget),
        keep,
        resend,
      };
    },
  };
}
