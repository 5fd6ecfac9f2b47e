import type { Outcome, Retry, RetryPolicy } from "../../src/api/policies.ts";
import { ArrayRests } from "./array-rests.ts";

/** A retry whose judgements are the test's: a rest of so many ms, or undefined for none. */
export class ScriptedRetry implements Retry {
  /** What it was asked about, in order. */
  readonly outcomes: Outcome[] = [];
  /** The lanes of which it was told that a task begins. */
  readonly firsts: (string | undefined)[] = [];
  /** What it was asked to send again. */
  readonly resends: (readonly [request: Request, body: unknown])[] = [];
  judge: (outcome: Outcome) => number | undefined;

  constructor(judge: (outcome: Outcome) => number | undefined = () => undefined) {
    this.judge = judge;
  }

  policy<Item extends object>(): RetryPolicy<Item> {
    return {
      rests: new ArrayRests<Item>(),
      onFirst: (lane) => void this.firsts.push(lane),
      judge: (outcome) => {
        this.outcomes.push(outcome);
        return this.judge(outcome);
      },
      keep: (body) => body,
      resend: (request, body) => {
        this.resends.push([request, body]);
        return new Request(request.url, { method: request.method, body: body as string });
      },
    };
  }
}

/** Judges by the number of the attempt: the first `count` rest for so many ms. */
export function first(count: number, ms: number): (outcome: Outcome) => number | undefined {
  return ({ attempt }) => (attempt <= count ? ms : undefined);
}
