import { expect, test } from "vitest";
import { draws } from "../../../../src/lab/luck.ts";
import { type Item, World } from "./world.ts";

const POOL = { workers: 4, queueSize: 6 };
const LANES: Readonly<Record<string, { workers: number; period: number; queueSize: number }>> = {
  a: { workers: 4, period: 0, queueSize: 3 },
  b: { workers: 2, period: 7, queueSize: 2 },
  c: { workers: 1, period: 0, queueSize: 6 },
  d: { workers: 3, period: 3, queueSize: 1 },
};

interface Task {
  readonly item: Item;
  readonly lane: string;
  readonly priority: number;
  readonly seq: number;
  isBack: boolean;
  due: number;
}

/** The same by arrays, sorted each time. */
class Model {
  queue: Task[] = [];
  line: Task[] = [];
  rests: Task[] = [];
  running: Task[] = [];
  readonly heldUntil = new Map<string, number>();
  /** The starts of each lane: a lane may start when fewer than its workers were in the last period. */
  readonly starts = new Map<string, number[]>();
  readonly turns = new Map<string, number>();
  /** The last time that a lane came up, its door opened or one of its line was let in. */
  readonly doorTurns = new Map<string, number>();
  #open: string[] = [];
  #turn = 0;
  seq = 0;

  in(tasks: readonly Task[], lane: string): Task[] {
    return tasks.filter((task) => task.lane === lane);
  }

  /** Lanes that are forgotten lose their turn. */
  comeUp(lane: string): void {
    if (this.turns.has(lane)) return;
    this.turns.set(lane, ++this.#turn);
    this.doorTurns.set(lane, ++this.#turn);
  }

  /** Whether the first in line of a lane may have a place, as far as the lane is concerned. */
  isOpen(lane: string): boolean {
    const own = this.in(this.queue, lane).length + this.in(this.rests, lane).length;
    return this.in(this.line, lane).length > 0 && own < (LANES[lane]?.queueSize ?? 0);
  }

  /** A door that opens stands behind the others. */
  openDoors(): void {
    const open = Object.keys(LANES).filter((lane) => this.isOpen(lane));
    for (const lane of open) if (!this.#open.includes(lane)) this.doorTurns.set(lane, ++this.#turn);
    this.#open = open;
  }

  /** One in line leaves it, for a place or a slot. */
  letIn(task: Task): void {
    this.line.splice(this.line.indexOf(task), 1);
    this.doorTurns.set(task.lane, ++this.#turn);
  }

  /** The lane whose turn it is at the door. */
  firstDoor(lanes: readonly string[]): string | undefined {
    return lanes.toSorted((x, y) => (this.doorTurns.get(x) ?? 0) - (this.doorTurns.get(y) ?? 0))[0];
  }

  forget(now: number): void {
    for (const lane of this.turns.keys()) {
      const tasks = [this.queue, this.line, this.rests, this.running].flatMap((all) => this.in(all, lane));
      const last = this.starts.get(lane)?.at(-1) ?? -Infinity;
      const { period = 0 } = LANES[lane] ?? {};
      const isOver = period === 0 || last + period <= now;
      if (tasks.length === 0 && isOver && (this.heldUntil.get(lane) ?? -Infinity) <= now) this.turns.delete(lane);
    }
  }

  start(task: Task, now: number): void {
    this.running.push(task);
    this.turns.set(task.lane, ++this.#turn);
    this.starts.set(task.lane, [...(this.starts.get(task.lane) ?? []), now]);
  }

  free(lane: string, now: number): number {
    const { workers = 0, period = 0 } = LANES[lane] ?? {};
    if ((this.heldUntil.get(lane) ?? 0) > now) return 0;
    // A slot is also not free while it runs, and both bind one slot: the last starts are of different slots.
    const running = this.in(this.running, lane);
    const paced = (this.starts.get(lane) ?? []).filter((start) => period > 0 && start + period > now);
    const pacedRunning = running.filter((task) => period > 0 && task.due + period > now).length;
    return workers - running.length - (paced.length - pacedRunning);
  }

  /** The first of a lane's queue, or of its line. */
  first(tasks: readonly Task[], lane: string): Task | undefined {
    return this.in(tasks, lane).toSorted(
      (x, y) => y.priority - x.priority || Number(y.isBack) - Number(x.isBack) || x.seq - y.seq,
    )[0];
  }

  /** Whether one in line finds a place when it rests after its start, where others rest already. */
  isPlaceLeft(lane: string): boolean {
    const { queueSize = 0, workers = 0 } = LANES[lane] ?? {};
    const own = this.in(this.queue, lane).length + this.in(this.rests, lane).length;
    const all = this.queue.length + this.rests.length + this.running.length;
    return (
      this.rests.length + this.queue.filter(({ isBack }) => isBack).length === 0 ||
      (all < POOL.queueSize + POOL.workers && own + this.in(this.running, lane).length < queueSize + workers)
    );
  }

  returnDue(now: number): void {
    for (const task of this.rests.filter(({ due }) => due <= now).toSorted((x, y) => x.due - y.due)) {
      this.rests.splice(this.rests.indexOf(task), 1);
      this.queue.push({ ...task, isBack: true, seq: ++this.seq });
    }
  }

  /** What starts next: of what is queued by priority, and then in turn; if nothing of it may, of those in line in turn. */
  next(now: number): Task | undefined {
    const lanes = Object.keys(LANES).filter((lane) => this.free(lane, now) > 0);
    const queued = lanes
      .flatMap((lane) => this.first(this.queue, lane) ?? [])
      .toSorted((x, y) => y.priority - x.priority || (this.turns.get(x.lane) ?? 0) - (this.turns.get(y.lane) ?? 0))[0];
    if (queued !== undefined) return queued;
    const lane = this.firstDoor(lanes.filter((one) => this.in(this.line, one).length > 0 && this.isPlaceLeft(one)));
    return lane === undefined ? undefined : this.first(this.line, lane);
  }

  hasRoom(lane: string, now: number): boolean {
    if (this.in(this.line, lane).length > 0) return false;
    const waiting = this.queue.length + this.rests.length;
    const own = this.in(this.queue, lane).length + this.in(this.rests, lane).length;
    const ready = POOL.workers - this.running.length;
    let others = 0;
    let lines = 0;
    for (const other of Object.keys(LANES).filter((name) => name !== lane)) {
      const free = this.free(other, now);
      const queued = Math.min(free, this.in(this.queue, other).length);
      others += queued;
      lines += Math.min(free - queued, this.in(this.line, other).length);
    }
    const left = ready - Math.min(ready, lines);
    const mine = Math.min(this.free(lane, now), this.in(this.queue, lane).length + 1);
    const { queueSize = 0 } = LANES[lane] ?? {};
    return (
      waiting + 1 - Math.min(left, others + mine) <= POOL.queueSize &&
      own + 1 - Math.min(mine, Math.max(0, left - others)) <= queueSize
    );
  }
}

function play(seed: number): void {
  const random = draws(seed, 0);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(all: readonly T[]): T | undefined => all[below(all.length)];
  const world = new World({ limits: (lane) => LANES[lane], hold: ({ status }) => status - 200, maxHold: 20 }, POOL);
  const model = new Model();
  const { clock, backlog } = world;
  const admitted = (): void => {
    for (let item = backlog.admit(); item !== undefined; item = backlog.admit()) {
      item.isAccepted = true;
      const task = model.line.find((one) => one.item === item);
      if (task === undefined) throw new Error("Nobody was in line");
      expect(task.lane).toBe(model.firstDoor(Object.keys(LANES).filter((lane) => model.isOpen(lane))));
      expect(task).toBe(model.first(model.line, task.lane));
      expect(model.queue.length + model.rests.length).toBeLessThan(POOL.queueSize);
      const own = model.in(model.queue, task.lane).length + model.in(model.rests, task.lane).length;
      expect(own).toBeLessThan(LANES[task.lane]?.queueSize ?? 0);
      model.letIn(task);
      model.queue.push({ ...task, seq: ++model.seq });
      model.openDoors();
    }
  };
  for (let step = 0; step < 400; step++) {
    // What is over is seen when it is asked for.
    backlog.due(clock.now());
    model.returnDue(clock.now());
    model.forget(clock.now());
    const deed = below(10);
    const now = clock.now();
    if (deed < 4) {
      const lane = pick(Object.keys(LANES)) ?? "";
      const priority = below(3);
      const hasRoom = model.hasRoom(lane, now);
      const item = world.come(`${step}`, { lane, priority });
      expect(item.isAccepted).toBe(hasRoom);
      model.comeUp(lane);
      (hasRoom ? model.queue : model.line).push({ item, lane, priority, seq: ++model.seq, isBack: false, due: 0 });
    } else if (deed < 6) {
      if (model.running.length === POOL.workers) continue;
      const expected = model.next(now);
      const item = world.takeOne();
      expect(item?.name).toBe(expected?.item.name);
      if (expected !== undefined) {
        if (model.line.includes(expected)) model.letIn(expected);
        model.queue = model.queue.filter((task) => task !== expected);
        model.start({ ...expected, due: now }, now);
        model.openDoors();
      }
      admitted();
    } else if (deed === 6) {
      const task = pick(model.running);
      if (task === undefined) continue;
      if (below(3) === 0) {
        const ms = below(30);
        backlog.onResponse(task.item, new Response(null, { status: 200 + ms }));
        const until = now + Math.min(ms, 20);
        if (ms > 0) model.heldUntil.set(task.lane, Math.max(until, model.heldUntil.get(task.lane) ?? 0));
      }
      model.running.splice(model.running.indexOf(task), 1);
      if (below(3) === 0) {
        const due = now + 1 + below(9);
        model.rests.push({ ...task, due });
        world.rest(task.item, due);
      } else {
        world.end(task.item);
      }
    } else if (deed === 7) {
      const task = pick([...model.queue, ...model.rests]);
      if (task !== undefined) backlog.remove(task.item);
      model.queue = model.queue.filter((one) => one !== task);
      model.rests = model.rests.filter((one) => one !== task);
      model.openDoors();
      admitted();
    } else if (deed === 8) {
      const task = pick(model.line);
      if (task !== undefined) backlog.leave(task.item);
      model.line = model.line.filter((one) => one !== task);
    } else {
      clock.jump(below(4));
    }
    model.openDoors();
    const { lanes, pool } = world.sums();
    expect(lanes).toEqual(pool);
    const fresh = (lane: string): number => model.in(model.queue, lane).filter(({ isBack }) => !isBack).length;
    const told = Object.entries(LANES).reduce(
      (sum, [lane, { queueSize }]) => sum + Math.min(fresh(lane), queueSize),
      0,
    );
    const back = model.rests.length + model.queue.filter(({ isBack }) => isBack).length;
    expect(pool).toEqual([back + Math.min(told, POOL.queueSize), model.line.length, model.running.length]);
  }
}

test.each(Array.from({ length: 100 }, (_, seed) => seed))("is the naive one, by seed %i", (seed) => {
  play(seed);
});
