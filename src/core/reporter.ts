import { EventEmitter } from "eventemitter3";
import type { EventListener, PoolEvent } from "../api/events.ts";
import { expect, isFunction } from "../lib/checks.ts";
import type { Logger } from "../api/options.ts";
import { AsyncScope } from "../lib/runtime/runtime.ts";

type Type = PoolEvent["type"];
type Hear = (event: PoolEvent) => unknown;
type Bus = Record<Type, Hear>;

/**
 * Tells events in order: the client's listeners first, then those of `on()`. A listener that fails harms nobody, and an
 * event raised by a listener is told after the one under way.
 */
export class Emitter {
  readonly #bus = new EventEmitter<Bus>();
  readonly #all: readonly Hear[];
  readonly #logger: Logger;
  /** The safe twin of each listener of `on()`, to be found again by `off()`. */
  readonly #safe = new WeakMap<object, Hear>();
  readonly #later: (() => void)[] = [];
  /** Whether anybody hears a type: looked up for each task, and kept, since to ask the emitter is dearer. */
  readonly #heard: Record<Type, boolean>;
  #telling = false;

  /** @param listeners Hear every event. */
  constructor(listeners: readonly Hear[], logger: Logger) {
    this.#logger = logger;
    this.#all = listeners.map((listener) => this.#guard(listener));
    const heard = listeners.length > 0;
    this.#heard = { queue: heard, reject: heard, start: heard, headers: heard, finish: heard };
  }

  /** Whether anybody would hear an event of this type: if not, it need not be made. */
  hears(type: Type): boolean {
    return this.#heard[type];
  }

  /** Tells an event, now, or after the one under way. */
  emit(event: PoolEvent): void {
    Object.freeze(event);
    if (this.#telling) {
      const scope = new AsyncScope();
      this.#later.push(() => scope.runInAsyncScope(this.#tell, this, event));
      return;
    }
    this.#telling = true;
    this.#tell(event);
    for (let tell = this.#later.shift(); tell !== undefined; tell = this.#later.shift()) tell();
    this.#telling = false;
  }

  on<T extends Type>(type: T, listener: EventListener<T>, context: unknown): void {
    this.#bus.on(type, this.#safely(listener), context);
    this.#count(type);
  }

  once<T extends Type>(type: T, listener: EventListener<T>, context: unknown): void {
    this.#bus.once(type, this.#safely(listener), context);
    this.#count(type);
  }

  off<T extends Type>(type: T, listener?: EventListener<T>, context?: unknown, once?: boolean): void {
    this.#bus.off(type, listener && this.#safely(listener), context, once);
    this.#count(type);
  }

  #tell(event: PoolEvent): void {
    for (const hear of this.#all) hear(event);
    this.#bus.emit(event.type, event);
    // Those of `once()` are gone.
    this.#count(event.type);
  }

  #count(type: Type): void {
    this.#heard[type] = this.#all.length > 0 || this.#bus.listenerCount(type) > 0;
  }

  #safely<T extends Type>(listener: EventListener<T>): Hear {
    expect(listener, "listener", "a function", isFunction);
    let safe = this.#safe.get(listener);
    if (safe === undefined) {
      safe = this.#guard(listener as Hear);
      this.#safe.set(listener, safe);
    }
    return safe;
  }

  #guard(listener: Hear): Hear {
    const logger = this.#logger;
    const failed = (error: unknown): void => logger.error("A listener failed", error);
    return function (this: unknown, event) {
      try {
        const result = listener.call(this, event);
        if (typeof result === "object" && result !== null && "then" in result) Promise.resolve(result).catch(failed);
      } catch (error) {
        failed(error);
      }
    };
  }
}
