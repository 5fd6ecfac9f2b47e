import type { Clock } from "../../api/clock.ts";
import type { Alarm, Alarms } from "../../lib/alarms.ts";
import { guard } from "../../lib/guard.ts";
import { keepWith } from "../../lib/runtime/keep-with.ts";
import { AbortSubscription } from "./abort-subscription.ts";
import type { Call, Delegate } from "./call.ts";
import type { Outcome } from "./outcome.ts";

/** The time that requests are given. */
export interface Limits {
  /** ms until the headers. ≤ 0: none. */
  readonly timeout: number;
  readonly clock: Clock;
  /** For the timeouts. */
  readonly deadlines: Alarms;
  /** For probes without a timeout: equal delays each. */
  readonly bounds: Alarms;
  /** Told why a late body could not be cancelled. */
  readonly onLateBody: (error: unknown) => void;
}

/** How long a probe without a timeout keeps others back, in ms. */
const PROBE_MS = 60_000;

/** Sends a request, and tells its outcome of what it shows: by its answer, by its time, and by its caller's abort. */
export function letThrough<Answer extends Response | null | undefined>(
  call: Call,
  delegate: Delegate<Answer>,
  outcome: Outcome,
  limits: Limits,
  isProbe: boolean,
): Promise<Answer> {
  return limits.timeout > 0
    ? withTimeout(call, delegate, outcome, limits)
    : withoutTimeout(call, delegate, outcome, limits, isProbe);
}

/** Aborts the request, and stops waiting for it, when its time is over. */
function withTimeout<Answer extends Response | null | undefined>(
  call: Call,
  delegate: Delegate<Answer>,
  outcome: Outcome,
  { timeout, clock, deadlines, onLateBody }: Limits,
): Promise<Answer> {
  const controller = new AbortController();
  const subscription = new AbortSubscription(call.signal, call.isPlainFetch, (reason) => {
    outcome.aborted(reason);
    controller.abort(reason);
  });
  return new Promise((resolve, reject) => {
    let alarm: Alarm | undefined = deadlines.set(clock.now() + timeout, () => {
      alarm = undefined;
      subscription.unfollow();
      outcome.timedOut();
      const error = new DOMException(`The headers took longer than the breaker's ${timeout} ms`, "TimeoutError");
      reject(error);
      controller.abort(error);
    });
    const onAnswer = (answer: Answer): void => {
      if (alarm === undefined) return guard(() => answer?.body?.cancel(), onLateBody)();
      deadlines.clear(alarm);
      outcome.answered(answer);
      // The caller may still abort the body.
      if (answer?.body) subscription.unfollowWith(answer.body);
      else subscription.unfollow();
      keepSource(call, answer);
      resolve(answer);
    };
    const onError = (error: unknown): void => {
      if (alarm === undefined) return;
      deadlines.clear(alarm);
      subscription.unfollow();
      outcome.failed(error);
      reject(error);
    };
    try {
      Promise.resolve(delegate(call.request, { signal: controller.signal })).then(onAnswer, onError);
    } catch (error) {
      onError(error);
    }
  });
}

/** Waits as long as it takes. A probe keeps other probes back for a time only. */
async function withoutTimeout<Answer extends Response | null | undefined>(
  call: Call,
  delegate: Delegate<Answer>,
  outcome: Outcome,
  { clock, bounds }: Limits,
  isProbe: boolean,
): Promise<Answer> {
  const subscription = new AbortSubscription(call.signal, call.isPlainFetch, (reason) => outcome.aborted(reason));
  const alarm = isProbe ? bounds.set(clock.now() + PROBE_MS, () => outcome.overdue()) : undefined;
  try {
    const answer = await delegate(call.request, call.init);
    outcome.answered(answer);
    keepSource(call, answer);
    return answer;
  } catch (error) {
    outcome.failed(error);
    throw error;
  } finally {
    subscription.unfollow();
    bounds.clear(alarm);
  }
}

/** Keeps the caller's request alive for as long as the body of its answer, which its signal may still abort. */
function keepSource({ signalSource }: Call, answer: Response | null | undefined): void {
  if (signalSource !== undefined && answer?.body) keepWith(answer.body, signalSource);
}
