import { CallerEntry, Entry, RunEntry, SendEntry, type Submit } from "../queued-task.ts";
import type { Intake } from "../admission.ts";
import { signalOf } from "../settings.ts";
import type { SendOptions } from "../../api/options.ts";
import type { Task } from "../../api/task.ts";

const QUEUED = Promise.resolve();

let kept: (value: unknown) => void;

/** One executor for all: a closure for each promise would cost as much as the promise. */
function keepResolve(resolve: (value: never) => void): void {
  kept = resolve as (value: unknown) => void; // the task's own consumer makes the value
}

/** The plain ways in, and the one that the others are made of. */
export class Entrance {
  readonly #intake: Intake;
  readonly #wake: () => void;

  /** @param wake Called after each task that was queued. */
  constructor(intake: Intake, wake: () => void) {
    this.#intake = intake;
    this.#wake = wake;
  }

  send(task: Task, options: SendOptions | undefined): Promise<void> {
    try {
      const signal = signalOf(options);
      this.#intake.check(task, signal);
      if (this.#intake.hasRoom()) {
        this.#enter(signal === undefined ? new Entry(task) : new CallerEntry(task, { signal }));
        return QUEUED;
      }
      return new Promise((accepted, failed) => {
        const isPlain = signal === undefined;
        const entry = isPlain ? new SendEntry(task, accepted) : new CallerEntry(task, { signal, accepted, failed });
        this.#intake.standInLine(entry);
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  offer(task: Task, options: SendOptions | undefined): boolean {
    const signal = signalOf(options);
    this.#intake.check(task, signal);
    if (!this.#intake.hasRoom()) {
      this.#intake.refuse();
      return false;
    }
    this.#enter(signal === undefined ? new Entry(task) : new CallerEntry(task, { signal }));
    return true;
  }

  run<T>(task: Task<T>, options: SendOptions | undefined): Promise<T | undefined> {
    try {
      const signal = signalOf(options);
      this.#intake.check(task, signal);
      if (signal === undefined) {
        const promise = new Promise<T | undefined>(keepResolve);
        this.#queue(new RunEntry(task, kept));
        return promise;
      }
      return new Promise((resolve, failed) => {
        const succeeded = resolve as (value: unknown) => void; // the task's own consumer made it
        this.#queue(new CallerEntry(task, { signal, succeeded, failed }));
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  readonly submit: Submit = (task, caller) => {
    this.#intake.check(task, caller.signal);
    this.#queue(new CallerEntry(task, caller));
  };

  #queue(entry: Entry): void {
    if (this.#intake.hasRoom()) this.#enter(entry);
    else this.#intake.standInLine(entry);
  }

  #enter(entry: Entry): void {
    this.#intake.enter(entry);
    this.#wake();
  }
}
