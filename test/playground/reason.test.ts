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
  gap: 0,
  gapLeft: 0,
  retrying: 0,
  lanes: [],
  lanePeriod: 0,
};
const why = (now: Partial<Situation>): string => reasonFor({ ...IDLE, ...now });

describe("Why a task waits", () => {
  it("is said for each cause", () => {
    expect(why({})).toBe("Nothing waits: 4 of 4 slots are free, the next task starts at once.");
    expect(why({ running: 3, pace: 100 })).toBe(
      "Nothing waits: 1 of 4 slots is free, but started less than 400 ms ago: the next task will wait.",
    );
    expect(why({ gap: 100, gapLeft: 30 })).toBe(
      "Nothing waits: 4 of 4 slots are free, but the last start was less than 100 ms ago: the next task will wait.",
    );
    expect(why({ running: 1, waiting: 3, gap: 100, gapLeft: 30 })).toBe(
      "The next task waits for the spread: no two start within 100 ms of each other.",
    );
    expect(why({ running: 1, waiting: 3, gap: 100, gapLeft: 30, pace: 60 })).toContain("waits for the pace");
    expect(why({ running: 4 })).toBe("Nothing waits, and all 4 slots are busy: the next task will queue.");
    expect(why({ running: 6 })).toBe("Nothing waits, and all 4 slots are busy: the next task will queue.");
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

  it("is the lane's, where nothing of it may start", () => {
    const lane = { name: "a.example", waiting: 2, retrying: 0, running: 0, workers: 2, heldMs: 0 };
    const held = { ...lane, heldMs: 1300 };
    const busy = { ...lane, name: "b.example", running: 2 };
    const resting = { ...lane, name: "c.example", retrying: 2 };
    expect(why({ waiting: 4, lanes: [held, busy] })).toBe(
      "The next task waits for its lane: a.example is held for another 2 s, b.example has all of its 2 slots busy.",
    );
    expect(why({ waiting: 2, lanes: [resting] })).toContain("c.example rests before it tries again");
    expect(why({ waiting: 4, lanes: [held, lane] })).toBe("The next task is about to start.");
    expect(why({ waiting: 4, lanes: [held, lane], lanePeriod: 100 })).toContain("a.example keeps its pace");
    expect(why({ waiting: 8, lanes: [held, busy, resting, { ...held, name: "d.example" }] })).toContain("and 1 more");
    expect(why({ waiting: 2, senders: 1, lanes: [held] })).toContain("All places of their lanes are taken");
  });

  it("is a rest, where all that waits has failed before", () => {
    expect(why({ waiting: 2, retrying: 2 })).toContain("rests until it is tried again: 2 tasks wait");
  });
});
