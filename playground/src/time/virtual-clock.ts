import type { Clock } from "httppool";

interface Timer {
  readonly due: number;
  readonly order: number;
  callback: (() => void) | undefined;
}

/** The wall time at which every virtual scene begins. */
const EPOCH = Date.UTC(2026, 0, 1);

/**
 * Time in whole milliseconds that goes on only when it is told to. Between two of them all promises settle, so the same
 * scene gives the same trace at any speed.
 */
export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #timers: Timer[] = [];
  #going = false;

  readonly now = (): number => this.#now;

  readonly date = (): number => EPOCH + this.#now;

  readonly setTimeout = (callback: () => void, ms: number): Timer => {
    const timer: Timer = { due: Math.ceil(this.#now + Math.max(ms, 0)), order: ++this.#order, callback };
    this.#push(timer);
    return timer;
  };

  readonly clearTimeout = (handle: unknown): void => {
    if (handle !== undefined) (handle as Timer).callback = undefined;
  };

  /** Whether it is on its way. */
  get going(): boolean {
    return this.#going;
  }

  /** When something will happen next; undefined when nothing will. */
  get next(): number | undefined {
    for (let first = this.#timers[0]; first !== undefined; first = this.#timers[0]) {
      if (first.callback !== undefined) return first.due;
      this.#pop();
    }
    return undefined;
  }

  /**
   * Goes on to `end`, firing what is due in order.
   *
   * @param end Asked anew each time, so that it may be put off, or drawn near, on the way.
   */
  async advanceTo(end: () => number): Promise<void> {
    if (this.#going) return;
    this.#going = true;
    try {
      await settled();
      for (let due = this.next; due !== undefined && due <= end(); due = this.next) {
        this.#now = Math.max(this.#now, due);
        this.#fire();
        await settled();
      }
      this.#now = Math.max(this.#now, Math.floor(end()));
    } finally {
      this.#going = false;
    }
  }

  #fire(): void {
    const now = this.#now;
    const last = this.#order;
    for (let first = this.#timers[0]; first !== undefined && first.due <= now; first = this.#timers[0]) {
      if (first.order > last) return; // set by one of these: after the promises have settled
      this.#pop();
      const { callback } = first;
      first.callback = undefined;
      callback?.();
    }
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Timer; // an index below the length
      if (isBefore(above, timer)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Timer)) child++;
      const below = heap[child] as Timer;
      if (isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(one: Timer, other: Timer): boolean {
  return one.due < other.due || (one.due === other.due && one.order < other.order);
}

let channel: MessageChannel | undefined;
const waiting: (() => void)[] = [];

/** Resolves in a later task of the event loop: after all promises that could settle have. */
function settled(): Promise<void> {
  if (channel === undefined) {
    channel = new MessageChannel();
    channel.port1.addEventListener("message", () => waiting.shift()?.());
    channel.port1.start();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(undefined);
  });
}
