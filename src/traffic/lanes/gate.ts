import type { Logger } from "../../api/logger.ts";
import { isFinite, isThenable } from "../../lib/checks.ts";

/** ms until a gate that failed is asked again. */
const RETRY_MS = 1000;

/**
 * Asks a gate of the user's, which may fail without harm to who asks.
 *
 * @param onAnswer Is told once for how many ms the lane is held, and whether that came later than at once.
 */
export function askGate(
  gate: (lane: string) => unknown,
  lane: string,
  logger: Logger,
  onAnswer: (ms: number, isLate: boolean) => void,
): void {
  const fail = (error: unknown, isLate: boolean): void => {
    logger.error(`\`gate\` failed, and is asked again after ${RETRY_MS} ms`, error);
    onAnswer(RETRY_MS, isLate);
  };
  const judge = (ms: unknown, isLate: boolean): void => {
    if (isFinite(ms)) onAnswer(ms, isLate);
    else fail(new TypeError("It gave no finite number of ms"), isLate);
  };
  let answer: unknown;
  try {
    answer = gate(lane);
    if (isThenable(answer)) {
      Promise.resolve(answer).then(
        (ms) => judge(ms, true),
        (error: unknown) => fail(error, true),
      );
      return;
    }
  } catch (error) {
    return fail(error, false);
  }
  judge(answer, false);
}
