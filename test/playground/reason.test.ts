import { describe, expect, it } from "vitest";
import { reasonFor, type Situation } from "../../playground/src/panels/reason.ts";

const IDLE: Situation = {
  paused: false,
  closed: false,
  waiting: 0,
  senders: 0,
  running: 0,
  workers: 4,
  queueSize: 12,
  period: 400,
  pace: 0,
};
const why = (now: Partial<Situation>): string => reasonFor({ ...IDLE, ...now });

describe("Why a task waits", () => {
  it("is said for each cause", () => {
    expect(why({})).toBe("Nothing waits: 4 of 4 slots are free, the next task starts at once.");
    expect(why({ running: 3, pace: 100 })).toBe(
      "Nothing waits: 1 of 4 slots is free, but started less than 400 ms ago: the next task will wait.",
    );
    expect(why({ running: 4 })).toBe("Nothing waits, and all 4 slots are busy: the next task will queue.");
    expect(why({ running: 4, waiting: 3 })).toContain("because all 4 slots are busy");
    expect(why({ running: 3, waiting: 3, pace: 100 })).toBe(
      "The next task waits for the pace: 1 slot is free, but each started less than 400 ms ago.",
    );
    expect(why({ running: 4, waiting: 12, senders: 1 })).toContain(
      "All 12 places are taken, so 1 more sender stands in line.",
    );
    expect(why({ paused: true, waiting: 2 })).toContain("The pool is paused");
    expect(why({ closed: true })).toContain("closed and everything has finished");
    expect(why({ running: 3, waiting: 1 })).toBe("The next task is about to start.");
  });
});
