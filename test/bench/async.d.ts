/* As much of the types of `async` as the bench uses: the package has none. */
declare module "async/queue.js" {
  export interface AsyncQueue<Task> {
    push(task: Task, done: (error?: Error | null) => void): void;
    pause(): void;
    resume(): void;
    drain(): Promise<void>;
    length(): number;
  }
  export default function queue<Task>(worker: (task: Task) => Promise<unknown>, concurrency: number): AsyncQueue<Task>;
}
