import { describe, expect, test } from "vitest";
import type { Backlog, BacklogHost, Lanes, Place, Waiter, Wish } from "../../../../src/api/policies.ts";
import { FifoBacklog } from "../../../../src/core/fifo-backlog.ts";
import { settled } from "../../../support/settled.ts";
import { counted, lab } from "../../../support/lab.ts";

/* What the pool makes of a backlog that has a mind of its own: here one that holds back all, or lets in whom it likes. */

/** What the test makes the backlog say. */
class ScriptedLanes implements Lanes {
  /** Nothing starts before. */
  due = Number.NEGATIVE_INFINITY;
  /** What `take` does before anything else. */
  onTake = (): void => undefined;
  /** Whether `take` lets in whom there is no room for, since a slot will take him. */
  isOpen = false;
  takes = 0;
  readonly told: string[] = [];
  host: BacklogHost<never> | undefined;

  backlog<Item extends Waiter<Item>>(host: BacklogHost<Item>): Backlog<Item> {
    this.host = host as unknown as BacklogHost<never>;
    const fifo = new FifoBacklog<Item>(host.queueSize, host.rests);
    const due = (): number =>
      fifo.due() === Number.POSITIVE_INFINITY && !(this.isOpen && fifo.senders > 0) ? fifo.due() : this.due;
    return {
      get waiting() {
        return fifo.waiting;
      },
      get senders() {
        return fifo.senders;
      },
      place: (wish: Wish | undefined): Place => ({ lane: String(wish?.lane ?? ""), priority: 0 }),
      hasRoom: (_, ready) => fifo.hasRoom(undefined, ready),
      push: (item) => fifo.push(item),
      standInLine: (item) => fifo.standInLine(item),
      admit: () => (this.isOpen ? undefined : fifo.admit()),
      due,
      take: (now) => {
        this.takes++;
        this.onTake();
        if (due() > now) return undefined;
        const sender = this.isOpen ? fifo.leaveFirst() : undefined;
        if (sender === undefined) return fifo.take(now);
        fifo.push(sender);
        return sender;
      },
      rest: (item, end) => fifo.rest(item, end),
      remove: (item) => fifo.remove(item),
      leave: (item) => fifo.leave(item),
      removeFirst: () => fifo.removeFirst(),
      leaveFirst: () => fifo.leaveFirst(),
      onStart: (item, now) => void this.told.push(`start ${item.place?.lane} at ${now}`),
      onEnd: (item) => void this.told.push(`end ${item.place?.lane}`),
      onResponse: (item, { status }) => void this.told.push(`response ${item.place?.lane} ${status}`),
      lanes: () => new Map([["x", { waiting: 1, senders: 2, running: 3, workers: 4, heldMs: 5 }]]),
    };
  }
}

describe("the alarm rings", () => {
  test("when both a slot and the backlog are ready: at the later of the two", async () => {
    const lanes = new ScriptedLanes();
    const { pool, clock, handler } = lab({ lanes, workers: 1, period: 100 });
    pool.offer(counted());
    handler.call(0).respond();
    await settled();
    lanes.due = 1250;
    pool.offer(counted());
    await clock.advance(249);
    expect([handler.calls.length, clock.timers]).toEqual([1, 1]);
    await clock.advance(1);
    expect(handler.calls).toHaveLength(2);
    handler.call(1).respond();
    await settled();
    lanes.due = 1300;
    pool.offer(counted());
    await clock.advance(99);
    expect(handler.calls).toHaveLength(2);
    await clock.advance(1);
    expect([handler.calls.length, clock.timers]).toEqual([3, 0]);
  });

  test("not at all while no slot is free, and the backlog is not asked then", async () => {
    const lanes = new ScriptedLanes();
    const { pool, clock } = lab({ lanes, workers: 1 });
    pool.offer(counted());
    const { takes } = lanes;
    lanes.due = 1250;
    pool.offer(counted());
    expect([clock.timers, lanes.takes]).toEqual([0, takes]);
  });
});

test("a take that gives nothing leaves the slot free, and the backlog is waited for", async () => {
  const lanes = new ScriptedLanes();
  const { pool, clock, handler } = lab({ lanes, workers: 2 });
  lanes.onTake = () => void (lanes.due = 1100);
  pool.offer(counted());
  expect([pool.running, pool.waiting, handler.calls.length, clock.timers]).toEqual([0, 1, 0, 1]);
  lanes.onTake = () => undefined;
  await clock.advance(100);
  expect([pool.running, handler.calls.length]).toEqual([1, 1]);
});

test("a backlog says when something may start that could not before", () => {
  const lanes = new ScriptedLanes();
  const { pool, clock, handler } = lab({ lanes });
  lanes.due = Number.POSITIVE_INFINITY;
  pool.offer(counted());
  expect([handler.calls.length, clock.timers]).toEqual([0, 0]);
  lanes.due = Number.NEGATIVE_INFINITY;
  lanes.host?.wake();
  expect(handler.calls).toHaveLength(1);
});

describe("a task that is taken out of the line before the door", () => {
  test("is accepted first, then started: it is queued once, in the context of its call", async () => {
    const lanes = new ScriptedLanes();
    const { pool, log } = lab({ lanes, workers: 2, queueSize: 1 });
    lanes.due = Number.POSITIVE_INFINITY;
    pool.pause();
    pool.offer(counted("/a"));
    const sent = pool.send(counted("/b"), { lane: "b" });
    expect(pool.senders).toBe(1);
    lanes.isOpen = true;
    lanes.due = Number.NEGATIVE_INFINITY;
    pool.resume();
    await sent;
    expect(log.lines.toSorted()).toEqual(["queue 1", "queue 2", "start 1", "start 2"]);
    expect([pool.running, pool.waiting, pool.senders]).toEqual([2, 0, 0]);
    expect(log.of("queue").map(({ id, lane }) => [id, lane])).toEqual([
      [1, ""],
      [2, "b"],
    ]);
  });
});

describe("who hears that a task was let in for a slot", () => {
  test("may pause the pool: nothing starts", () => {
    const lanes = new ScriptedLanes();
    const { pool, handler } = lab({ lanes, workers: 1, queueSize: 1 });
    pool.pause();
    pool.offer(counted("/a"));
    void pool.send(counted("/b"));
    lanes.isOpen = true;
    pool.on("queue", () => pool.pause());
    pool.resume();
    expect([pool.paused, handler.paths, pool.waiting]).toEqual([true, [], 1]);
  });

  test("may have another slot start: each keeps to its pace", async () => {
    const lanes = new ScriptedLanes();
    const { pool, clock, handler, log } = lab({ lanes, workers: 2, queueSize: 1, period: 100 });
    pool.offer(counted());
    await clock.advance(80);
    pool.offer(counted());
    handler.call(1).respond();
    await clock.advance(20);
    pool.offer(counted());
    void pool.send(counted());
    expect([pool.waiting, pool.senders]).toEqual([1, 1]);
    lanes.isOpen = true;
    pool.on("queue", () => pool.resume());
    handler.call(0).respond();
    await settled();
    // The other slot is due at 1180.
    expect(log.of("start").map(({ slot }) => slot)).toEqual([0, 1, 0]);
  });
});

test("the backlog is told of starts, answers and ends, and tells how its lanes stand", async () => {
  const lanes = new ScriptedLanes();
  const { pool, clock, handler } = lab({ lanes });
  pool.offer(counted(), { lane: "a" });
  await clock.advance(5);
  handler.call(0).respond();
  await settled();
  expect(lanes.told).toEqual(["start a at 1000", "response a 204", "end a"]);
  expect(pool.lanes().get("x")).toEqual({ waiting: 1, senders: 2, running: 3, workers: 4, heldMs: 5 });
  expect(lab().pool.lanes().size).toBe(0);
});

test("the backlog has the pool's clock and slots, and may tell of holds and limits", () => {
  const lanes = new ScriptedLanes();
  const { pool, clock, log } = lab({ lanes, workers: 3, queueSize: 5, period: 7, spread: true });
  const { host } = lanes;
  expect(host).toMatchObject({ queueSize: 5, clock, rests: undefined });
  expect([host?.date(), host?.ready(), host?.workers()]).toEqual([clock.date(), 1, 3]);
  expect(host?.slots({ workers: 2, period: 0, spread: false }, "a", () => undefined).ready(0)).toBe(2);
  host?.hold("a", 5, 429);
  host?.limit("a", 7);
  expect(log.events).toEqual([
    { type: "hold", pool: pool.name, lane: "a", ms: 5, status: 429 },
    { type: "limit", pool: pool.name, lane: "a", workers: 7 },
  ]);
});
