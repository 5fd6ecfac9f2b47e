import type { PoolEvent } from "httppool";
import { describe, expect, it } from "vitest";
import { REASONS, type Spent } from "../../playground/src/scene/reasons.ts";
import { WaitLedger, type WaitRules, type Waiting } from "../../playground/src/scene/wait-ledger.ts";

const RULES: WaitRules = { workers: 1, period: 0, spread: false, lanes: undefined, isWhole: true };
const LANE = { workers: 1, period: 0, spread: false, isTuned: false };

const start = (id: number, slot: number, lane?: string): PoolEvent => ({
  type: "start",
  pool: "p",
  id,
  attempt: 1,
  slot,
  waitedMs: 0,
  ...(lane !== undefined && { lane }),
});
const finish = (id: number, slot: number, lane?: string): PoolEvent => ({
  type: "finish",
  pool: "p",
  id,
  attempt: 1,
  slot,
  durationMs: 0,
  ok: true,
  ...(lane !== undefined && { lane }),
});

/** What is not nothing. */
const some = (spent: Spent): Partial<Spent> =>
  Object.fromEntries(REASONS.filter((reason) => spent[reason] !== 0).map((reason) => [reason, spent[reason]]));
const spentBy = (ledger: WaitLedger, waiting: Waiting, at: number): Partial<Spent> => some(ledger.spentBy(waiting, at));

describe("A ms of waiting is put down", () => {
  it("to the slots while all are taken, and to the pace while those that are free rest", () => {
    const ledger = new WaitLedger({ ...RULES, period: 1204 }, 0);
    ledger.hear(start(1, 0), 0);
    const waiting = ledger.wait("", 0);
    expect(spentBy(ledger, waiting, 500)).toEqual({ slot: 500 });
    ledger.hear(finish(1, 0), 800);
    ledger.hear(start(2, 0), 1204);
    ledger.end(waiting, 1204);
    expect(spentBy(ledger, waiting, 5000)).toEqual({ slot: 800, pace: 404 });
  });

  it("to no pace while there is a slot that never started", () => {
    const ledger = new WaitLedger({ ...RULES, workers: 2, period: 1000 }, 0);
    ledger.hear(start(1, 0), 0);
    ledger.hear(finish(1, 0), 10);
    expect(spentBy(ledger, ledger.wait("", 10), 20)).toEqual({ late: 10 });
  });

  it("to the spread while a slot may start but the pool may not", () => {
    const ledger = new WaitLedger({ ...RULES, workers: 4, period: 400, spread: true }, 0);
    ledger.hear(start(1, 0), 0);
    expect(spentBy(ledger, ledger.wait("", 0), 100)).toEqual({ spread: 100 });
  });

  it("to the slots that there are now", () => {
    const ledger = new WaitLedger({ ...RULES, workers: 2 }, 0);
    ledger.hear(start(1, 0), 0);
    const waiting = ledger.wait("", 0);
    ledger.hear({ type: "limit", pool: "p", workers: 1 }, 0);
    ledger.hear({ type: "limit", pool: "p", workers: 2 }, 30);
    expect(spentBy(ledger, waiting, 40)).toEqual({ slot: 30, late: 10 });
  });

  it("to a pause, before the pool's slots", () => {
    const ledger = new WaitLedger(RULES, 0);
    ledger.hear(start(1, 0), 0);
    const waiting = ledger.wait("", 0);
    ledger.pause(true, 20);
    ledger.pause(false, 50);
    expect(spentBy(ledger, waiting, 60)).toEqual({ slot: 30, paused: 30 });
  });

  it("to a lane that is held, before slots that are taken: one more of them would not have helped", () => {
    const ledger = new WaitLedger({ ...RULES, lanes: LANE }, 0);
    ledger.hear(start(1, 0, "b"), 0);
    const [ofA, ofB] = [ledger.wait("a", 0), ledger.wait("b", 0)];
    ledger.hear({ type: "hold", pool: "p", lane: "a", ms: 70 }, 0);
    expect(spentBy(ledger, ofA, 100)).toEqual({ hold: 70, slot: 30 });
    expect(spentBy(ledger, ofB, 100)).toEqual({ laneSlot: 100 });
  });

  it("to a lane's pace, which is kept by its own slots, whichever of the pool's they are", () => {
    const ledger = new WaitLedger({ ...RULES, workers: 5, lanes: { ...LANE, workers: 2, period: 100 } }, 0);
    for (const [id, at] of [
      [1, 0],
      [2, 40],
    ] as const) {
      ledger.hear(start(id, id + 2, "a"), at);
      ledger.hear(finish(id, id + 2, "a"), at + 10);
    }
    expect(spentBy(ledger, ledger.wait("a", 50), 110)).toEqual({ lanePace: 50, late: 10 });
  });

  it("to its rest until that is over, at the ms at which the clock rings, and then to what is next", () => {
    const ledger = new WaitLedger(RULES, 0);
    ledger.hear(start(1, 0), 0);
    const waiting = ledger.rest("", 99.3, 40);
    expect(spentBy(ledger, waiting, 60)).toEqual({ rest: 20 });
    expect(spentBy(ledger, waiting, 150)).toEqual({ rest: 60, slot: 50 });
    const exact = new WaitLedger({ ...RULES, isWhole: false }, 0);
    expect(spentBy(exact, exact.rest("", 0.5, 0), 1)).toEqual({ rest: 0.5, late: 0.5 });
  });

  it("once for each task that waits, in the window of the last seconds", () => {
    const ledger = new WaitLedger(RULES, 0);
    ledger.hear(start(1, 0), 0);
    ledger.line("", 1, 0);
    ledger.wait("", 0);
    ledger.wait("", 500);
    ledger.advance(2000);
    const since = (from: number): Partial<Spent> | undefined => {
      const spent = ledger.window.since(from).get("");
      return spent && some(spent);
    };
    expect(since(0)).toEqual({ place: 2000, slot: 3500 });
    expect(since(1000)).toEqual({ place: 1000, slot: 2000 });
    ledger.advance(100_000);
    // A minute is kept.
    expect(since(0)).toEqual({ place: 60_000, slot: 120_000 });
  });
});
