import type { Backlog, BacklogHost, Lanes, Waiter } from "../../src/api/policies.ts";
import { type LaneLimits, lanes } from "../../src/lanes.ts";
import type { Adaptive } from "../../src/lean.ts";
import { LaneRecord } from "./lane-record.ts";
import { type LanesSetup, limitsFor, type LimitsSetup } from "./lanes-setup.ts";
import { holdOf } from "./scripted-limits.ts";
import type { World } from "./world.ts";

const FAILED = new Error("A function of the user's failed");

/** ms until a gate that failed is asked again. */
const GATE_RETRY_MS = 1000;

/** Slots that a tuned lane has at most. */
const MOST = 5;

/** What waits in a lane. Until it is accepted its number is 0. */
type Numbered<Item> = Waiter<Item> & { readonly id?: number };

/** Lanes for a pool, and a watch between the two: what may start, what must start first, and what may be asked. */
export class LaneWatch {
  readonly #world: World;
  readonly #setup: LanesSetup;
  readonly #lanes = new Map<string, LaneRecord<never>>();
  /** Slots of lanes that are tuned, and whom to tell that they are others. */
  readonly #tuned = new Map<string, number>();
  readonly #changed = new Map<string, Set<() => void>>();
  #turns = 0;
  /** How often something has changed: what does while a task is taken may make another the first. */
  #changes = 0;
  /** For how long the response that is looked at holds its lane. */
  #held: number | undefined;

  constructor(world: World, setup: LanesSetup) {
    this.#world = world;
    this.#setup = setup;
  }

  /** What the client is given. */
  get lanes(): Lanes {
    const { workers, period, spread, queueSize } = this.#setup.common;
    const { hold, maxHold, isGated } = this.#setup;
    const given = lanes({
      workers: this.#workers(workers),
      period,
      spread,
      queueSize,
      maxHold,
      limits: (lane) => this.#limits(lane),
      ...(hold !== "by headers" && { hold: hold === "never" ? false : () => this.#hold() }),
      ...(isGated && { gate: (lane) => this.#gate(lane) }),
    });
    return {
      backlog: <Item extends Waiter<Item>>(host: BacklogHost<Item>) => {
        const tell: typeof host.hold = (lane, ms, status) => {
          this.#onHold(lane, ms, status);
          host.hold(lane, ms, status);
        };
        return this.#watch(given.backlog({ ...host, hold: tell }), host);
      },
    };
  }

  /** The lanes that anything was in. */
  get records(): Iterable<LaneRecord<never>> {
    return this.#lanes.values();
  }

  /** The lane of a name, as it would be if it came up now. */
  record(name: string): LaneRecord<never> {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new LaneRecord(name, () => this.limitsOf(name), ++this.#turns);
      this.#lanes.set(name, lane);
    }
    return lane;
  }

  /** When a lane may start a task. */
  due(now: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (const lane of this.#lanes.values()) {
      lane.advance(now);
      if (this.#mayStart(lane)) least = Math.min(least, lane.due());
      for (const due of lane.resting.values()) least = Math.min(least, due);
    }
    return least;
  }

  /** What is in line is started at once only if it will have a place when it rests: there may be too many back already. */
  #mayStart(lane: LaneRecord<never>): boolean {
    if (lane.queue.size > 0 || this.#world.setup.retry === undefined) return true;
    const { workers } = this.#world.ledger;
    const { queueSize } = this.#world.setup;
    let count = 0;
    let hasBack = false;
    for (const one of this.#lanes.values()) {
      count += one.waiting + one.running;
      hasBack ||= one.hasBack;
    }
    if (!hasBack) return true;
    const { limits, waiting, running } = lane;
    return count < queueSize + workers && waiting + running < limits.queueSize + limits.workers;
  }

  /** Gives a lane another number of slots, if lanes are tuned. */
  tune(): void {
    const { random, ledger } = this.#world;
    if (this.#changed.size === 0) return;
    const name = random.pick([...this.#changed.keys()]);
    this.#tuned.set(name, random.between(1, MOST));
    this.#changes++;
    ledger.note("tune", this.#tunedTo(name), 0, name);
    // Those of lanes that are no more, too.
    for (const changed of this.#changed.get(name) ?? []) changed();
  }

  #tunedTo(name: string): number {
    return this.#tuned.get(name) ?? 2;
  }

  /** What a lane may have. */
  limitsOf(name: string): LimitsSetup {
    const { workers } = this.#world.ledger;
    const { queueSize } = this.#world.setup;
    const { common, isTuned } = this.#setup;
    const limits = limitsFor(this.#setup, name) ?? common;
    return {
      ...limits,
      workers: isTuned ? this.#tunedTo(name) : Math.min(limits.workers, workers),
      queueSize: limits.queueSize || common.queueSize || Math.max(1, Math.floor(queueSize / 2)),
    };
  }

  #watch<Item extends Numbered<Item>>(backlog: Backlog<Item>, host: BacklogHost<Item>): Backlog<Item> {
    const laneOf = (item: Item): LaneRecord<Item> => this.record(item.place?.lane ?? "");
    const up = (item: Item): LaneRecord<Item> => {
      const lane = laneOf(item);
      if (lane.isIdle) {
        lane.latestTurn = ++this.#turns;
        lane.latestDoorTurn = lane.latestTurn;
        lane.wasIdle = true;
      }
      return lane;
    };
    const changed = (lane: LaneRecord<Item>): void => {
      this.#changes++;
      if (lane.isOpen && !lane.isAtDoor) this.#takeDoorTurn(lane);
      lane.isAtDoor = lane.isOpen;
    };
    const letIn = (lane: LaneRecord<Item>, item: Item): void => {
      lane.line.delete(item);
      lane.queue.add(item);
      this.#takeDoorTurn(lane);
    };
    let called: Item | undefined;
    const gone = (item: Item | undefined, from: "queue" | "line"): Item | undefined => {
      if (item === undefined) return undefined;
      const lane = laneOf(item);
      lane[from].delete(item);
      if (from === "queue") lane.resting.delete(item);
      changed(lane);
      return item;
    };
    return {
      get waiting() {
        return backlog.waiting;
      },
      get senders() {
        return backlog.senders;
      },
      place: (wish, task) => backlog.place(wish, task),
      hasRoom: (place, ready) => backlog.hasRoom(place, ready),
      lanes: () => backlog.lanes(),
      due: (now) => {
        const due = backlog.due(now);
        this.#checkDue(due, now);
        return due;
      },
      push: (item) => {
        const lane = up(item);
        backlog.push(item);
        lane.queue.add(item);
        changed(lane);
      },
      standInLine: (item) => {
        const lane = up(item);
        backlog.standInLine(item);
        lane.line.add(item);
        changed(lane);
      },
      admit: () => {
        const item = backlog.admit();
        if (item === undefined) return undefined;
        const lane = laneOf(item);
        this.#checkDoor(lane, item);
        letIn(lane, item);
        changed(lane);
        return item;
      },
      take: (now) => {
        this.due(now);
        const before = this.#changes;
        const item = backlog.take(now);
        // Nothing leaves a pool that the gate has paused, and who was let in for a slot has it, whoever came then.
        const isBound = host.ready() === 0 || (item !== undefined && item === called);
        called = item?.id === 0 ? item : undefined;
        this.#checkTake(item, now, isBound || this.#changes !== before);
        if (item === undefined) return undefined;
        const lane = laneOf(item);
        if (item.id === 0) {
          letIn(lane, item);
        } else {
          lane.take(item, now);
          lane.hasPass = false;
          lane.lastTurn = ++this.#turns;
          lane.latestTurn = lane.lastTurn;
        }
        changed(lane);
        return item;
      },
      rest: (item, due) => {
        const lane = up(item);
        backlog.rest(item, due);
        lane.resting.set(item, due);
        changed(lane);
      },
      remove: (item) => {
        gone(item, "queue");
        backlog.remove(item);
      },
      leave: (item) => {
        gone(item, "line");
        backlog.leave(item);
      },
      removeFirst: () => gone(backlog.removeFirst(), "queue"),
      leaveFirst: () => gone(backlog.leaveFirst(), "line"),
      onStart: (item, now) => {
        laneOf(item).start(item, now);
        backlog.onStart(item, now);
        changed(laneOf(item));
      },
      onResize: () => {
        this.#changes++;
        backlog.onResize?.();
      },
      onEnd: (item) => {
        laneOf(item).end(item);
        this.#changes++;
        backlog.onEnd(item);
      },
      onResponse: (item, response) => {
        const lane = laneOf(item);
        const { heldUntil } = lane;
        this.#held = this.#setup.hold === "by headers" ? holdOf(response, host.date()) : 0;
        backlog.onResponse(item, response);
        const ms = Math.min(this.#held, this.#setup.maxHold);
        const until = ms > 0 ? Math.max(heldUntil, host.clock.now() + ms) : heldUntil;
        // Who hears of it may take their time, or hold it for longer.
        const { isJumpy, mischief } = this.#world.setup;
        const isRight = lane.heldUntil === until || isJumpy || (mischief > 0 && lane.heldUntil > until);
        this.#world.ledger.expect(isRight, `lane ${lane.name} is held until ${lane.heldUntil}, not ${until}`);
      },
    };
  }

  #takeDoorTurn<Item extends Waiter<Item>>(lane: LaneRecord<Item>): void {
    lane.lastDoorTurn = ++this.#turns;
    lane.latestDoorTurn = lane.lastDoorTurn;
  }

  #checkDue(due: number, now: number): void {
    const least = this.due(now);
    this.#world.ledger.expect(
      least <= now === due <= now,
      `a task may start at ${least}, and the backlog says ${due}, at ${now}`,
    );
  }

  /** @param isChanged What was first may be so no more: somebody has come or gone while the gate was asked. */
  #checkTake<Item extends Numbered<Item>>(item: Item | undefined, now: number, isChanged: boolean): void {
    const { ledger } = this.#world;
    const ready = [...this.#lanes.values()].filter(
      (lane) => lane.due() <= now && this.#mayStart(lane),
    ) as unknown as LaneRecord<Item>[];
    if (item === undefined) {
      if (!isChanged)
        ledger.expect(ready.length === 0, `lane ${ready[0]?.name} could start a task, and none was taken`);
      return;
    }
    const { lane: name, priority } = item.place ?? { lane: "", priority: 0 };
    const lane = ready.find((one) => one.name === name);
    ledger.note("take", item.id, priority, name);
    if (lane === undefined) return ledger.fail(`task ${item.id} was taken, and may not start in lane ${name}`);
    if (this.#setup.isGated && item.id !== 0)
      ledger.expect(lane.hasPass, `task ${item.id} was taken without the gate of lane ${name}`);
    if (isChanged) return;
    const { next } = lane;
    // Of those that come back, whichever comes first may go first.
    const isNext =
      item === next || (item.attempts > 0 && (next?.attempts ?? 0) > 0 && next?.place?.priority === priority);
    ledger.expect(isNext, `task ${item.id} was taken before task ${next?.id} of lane ${name}`);
    for (const other of ready) {
      if (other === lane) continue;
      if (item.id === 0) {
        ledger.expect(other.queue.size === 0, `a sender of lane ${name} was taken before who waits in ${other.name}`);
        const isDoorTurn = other.latestDoorTurn >= lane.lastDoorTurn;
        ledger.expect(isDoorTurn, `a sender of lane ${name} was taken, and it was the turn of ${other.name}`);
        continue;
      }
      // Those in line come after all that are queued.
      if (other.queue.size === 0) continue;
      const its = other.next?.place?.priority ?? 0;
      ledger.expect(its <= priority, `priority ${priority} of lane ${name} was taken before ${its} of ${other.name}`);
      const isTurn = its < priority || other.latestTurn >= lane.lastTurn;
      ledger.expect(isTurn, `lane ${name} started a task, and it was the turn of ${other.name}`);
    }
  }

  #checkDoor<Item extends Numbered<Item>>(lane: LaneRecord<Item>, item: Item): void {
    const { ledger } = this.#world;
    ledger.expect(item === lane.nextInLine, `a sender of lane ${lane.name} was let in before another`);
    ledger.expect(lane.isOpen, `a sender of lane ${lane.name} was let in, which has no room`);
    for (const other of this.#lanes.values()) {
      const isTurn = !other.isAtDoor || other.lastDoorTurn >= lane.lastDoorTurn;
      ledger.expect(isTurn, `a sender of lane ${lane.name} was let in, and it was the turn of ${other.name}`);
    }
  }

  #onHold(name: string, ms: number, status: number | undefined): void {
    const { ledger, timeline } = this.#world;
    const lane = this.record(name);
    const until = timeline.now() + ms;
    ledger.expect(until > lane.heldUntil, `lane ${name} is held until ${until}, and was until ${lane.heldUntil}`);
    if (status !== undefined) ledger.expect(ms <= this.#setup.maxHold, `lane ${name} is held for ${ms} ms`);
    lane.heldUntil = Math.max(lane.heldUntil, until);
  }

  #limits(lane: string): LaneLimits | undefined {
    const limits = limitsFor(this.#setup, lane);
    return limits && { ...limits, workers: this.#workers(limits.workers) };
  }

  /** So many, or as many as they are tuned to. */
  #workers(workers: number): number | Adaptive {
    if (!this.#setup.isTuned) return workers;
    return {
      limit: ({ lane = "", changed }) => {
        this.#changed.set(lane, (this.#changed.get(lane) ?? new Set()).add(changed));
        const current = (): number => this.#tunedTo(lane);
        return {
          max: MOST,
          get current() {
            return current();
          },
        };
      },
    };
  }

  #hold(): number {
    const { random } = this.#world;
    this.#world.mischief();
    this.#held = 0;
    if (random.chance(0.02)) throw FAILED;
    if (random.chance(0.02)) return random.pick([Number.NaN, -1, Number.POSITIVE_INFINITY]);
    return (this.#held = random.chance(0.8) ? 0 : random.between(0, 8000) / 8);
  }

  #gate(name: string): number | Promise<number> {
    const { ledger, random, timeline } = this.#world;
    const lane = this.record(name);
    ledger.note("gate", 0, 0, name);
    ledger.expect(!lane.isAsking, `the gate of lane ${name} was asked twice at a time`);
    ledger.expect(!lane.hasPass || lane.wasIdle, `the gate of lane ${name} was asked again before a start`);
    ledger.expect(lane.due() <= timeline.now(), `the gate of lane ${name} was asked, and nothing could start`);
    lane.isAsking = true;
    lane.wasIdle = false;
    this.#world.mischief();
    const ms = random.chance(this.#setup.strictness) ? random.between(1, 800) / 8 : random.pick([0, 0, -1]);
    const hasFailed = random.chance(0.03);
    const answer = (): number => {
      if (hasFailed && random.chance(0.5)) throw FAILED;
      return hasFailed ? random.pick([Number.NaN, Number.POSITIVE_INFINITY]) : ms;
    };
    const onAnswer = (): void => {
      lane.isAsking = false;
      lane.hasPass = !hasFailed && ms <= 0;
      ledger.note("gate answer", hasFailed ? GATE_RETRY_MS : ms, 0, name);
    };
    if (random.chance(0.5)) {
      onAnswer();
      return answer();
    }
    const answering = this.#world.while().then(answer);
    // Just before whoever is given the promise hears of it.
    answering.then(onAnswer, onAnswer);
    return answering;
  }
}
