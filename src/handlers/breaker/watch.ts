import type { Alarm, Alarms, Clock } from "../../clock.ts";
import { onCollected } from "../../runtime.ts";
import { follow, unfollow } from "../../signals.ts";
import { type Call, type Delegate, signalOf } from "./call.ts";
import type { Trial } from "./trial.ts";

/** The time that requests are given. */
export interface Limits {
  /** ms until the headers. 0: none. */
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

/** Sends a request that may not take for ever: one with a timeout, or a probe. */
export function watch<Answer extends Response | null | undefined>(
  call: Call,
  delegate: Delegate<Answer>,
  trial: Trial,
  limits: Limits,
): Promise<Answer> {
  return limits.timeout > 0 ? timed(call, delegate, trial, limits) : bounded(call, delegate, trial, limits);
}

/** Aborts the request, and stops waiting for it, when its time is over. */
function timed<Answer extends Response | null | undefined>(
  call: Call,
  delegate: Delegate<Answer>,
  trial: Trial,
  { timeout, clock, deadlines, onLateBody }: Limits,
): Promise<Answer> {
  const caller = signalOf(call);
  const controller = new AbortController();
  const stop = heed(caller, (reason) => {
    trial.aborted(reason);
    controller.abort(reason);
  });
  return new Promise((resolve, reject) => {
    let alarm: Alarm | undefined = deadlines.set(clock.now() + timeout, () => {
      alarm = undefined;
      stop();
      trial.timedOut();
      const error = new DOMException(`The headers took longer than the breaker's ${timeout} ms`, "TimeoutError");
      reject(error);
      controller.abort(error);
    });
    const inTime = (): boolean => {
      if (alarm === undefined) return false;
      deadlines.clear(alarm);
      return true;
    };
    const onAnswer = (answer: Answer): void => {
      if (!inTime()) return discard(answer, onLateBody);
      trial.answered(answer, caller);
      // The caller may still abort the body.
      if (answer?.body) onCollected(answer.body, stop);
      else stop();
      resolve(answer);
    };
    const onError = (error: unknown): void => {
      if (!inTime()) return;
      stop();
      trial.failed(error, caller);
      reject(error);
    };
    begin(call.request, { signal: controller.signal }, delegate).then(onAnswer, onError);
  });
}

/** Keeps other probes back for a time only, but waits for this one as long as it takes. */
async function bounded<Answer extends Response | null | undefined>(
  call: Call,
  delegate: Delegate<Answer>,
  trial: Trial,
  { clock, bounds }: Limits,
): Promise<Answer> {
  const caller = signalOf(call);
  const stop = heed(caller, (reason) => trial.aborted(reason));
  let alarm: Alarm | undefined = bounds.set(clock.now() + PROBE_MS, () => {
    alarm = undefined;
    trial.overdue();
  });
  try {
    const answer = await begin(call.request, call.init, delegate);
    trial.answered(answer, caller);
    return answer;
  } catch (error) {
    trial.failed(error, caller);
    throw error;
  } finally {
    stop();
    if (alarm !== undefined) bounds.clear(alarm);
  }
}

/** A delegate may throw, too, and resolve to any thenable. */
async function begin<Answer>(request: Request, init: Call["init"], delegate: Delegate<Answer>): Promise<Answer> {
  return delegate(request, init);
}

/** Calls back when the signal aborts, or has. @returns Ends it. */
function heed(signal: AbortSignal | undefined, onAbort: (reason: unknown) => void): () => void {
  if (signal === undefined) return () => undefined;
  const token = {};
  if (signal.aborted) onAbort(signal.reason);
  else follow(signal, token, onAbort);
  return () => unfollow(signal, token);
}

function discard(answer: Response | null | undefined, onError: (error: unknown) => void): void {
  new Promise((resolve) => resolve(answer?.body?.cancel())).catch(onError);
}
