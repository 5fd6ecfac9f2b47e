/** How a process that works on jobs is set up. */
export interface WorkerSetup {
  readonly name: string;
  readonly redis: number;
  readonly origin: string;
  readonly queue: string;
  /** Jobs that it takes at once. */
  readonly concurrency: number;
  /** Slots of its pool. */
  readonly workers: number;
  readonly lanes?: boolean;
  /** Whether a 429 holds the queue. */
  readonly holds?: boolean;
  readonly hasLimiter?: boolean;
  /** ms from a SIGTERM to the abort of the pool. */
  readonly grace?: number;
  readonly lockDuration?: number;
}

/** How a process is set up that shares a pace with others. */
export interface GatedSetup {
  readonly name: string;
  readonly redis: number;
  readonly origin: string;
  /** Requests that all of them may send in one window. */
  readonly points: number;
  /** s of a window. */
  readonly duration: number;
  /** Requests that this one has to send. */
  readonly tasks: number;
}
