import PQueue, { type Options } from "p-queue";

/** Requests through p-queue, as they are written every day. */
export function byHand(options: Options) {
  const queue = new PQueue(options);

  function send<T>(url: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T> {
    return queue.add(async () => {
      const response = await fetch(url, init);
      return read(response);
    });
  }

  return { send, queues: (): PQueue[] => [queue] };
}
