import type { Consumer, Transaction } from "../api/task.ts";

/** A transaction whose `signal` is all there is to follow: its request was made without one. */
export class RequestTransaction<T> implements Transaction<T> {
  readonly request: Request;
  readonly consumer: Consumer<T> | undefined;
  readonly signal: AbortSignal | undefined;

  constructor(request: Request, consumer: Consumer<T> | undefined, signal: AbortSignal | undefined) {
    this.request = request;
    this.consumer = consumer;
    this.signal = signal;
  }
}
