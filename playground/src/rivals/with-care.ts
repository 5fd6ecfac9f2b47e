import PQueue, { type Options, type TaskOptions } from "p-queue";

/** Requests through p-queue, with all that it and fetch ask for. */
export function withCare({ all: options, perHost, places, refuses, expiry, retries = 0, delay = 0 }: Care) {
  const all = new PQueue(options);
  const hosts = new Map<string, PQueue>();
  const holds = new Map<PQueue, number>();

  function queueFor(url: string): PQueue {
    if (perHost === undefined) return all;
    const { host } = new URL(url);
    const queue = hosts.get(host) ?? new PQueue(perHost);
    hosts.set(host, queue);
    return queue;
  }

  /** While the server asks for quiet, nothing starts. */
  function hold(queue: PQueue, { headers }: Response): void {
    const after = headers.get("retry-after") ?? "";
    const until = /^\d+$/.test(after) ? Date.now() + Number(after) * 1000 : Date.parse(after);
    if (!(until > Math.max(Date.now(), holds.get(queue) ?? 0))) return;
    holds.set(queue, until);
    queue.pause();
    setTimeout(() => holds.get(queue) === until && queue.start(), until - Date.now());
  }

  async function send<T>(url: string, init: RequestInit, read: (response: Response) => Promise<T>): Promise<T> {
    const queue = queueFor(url);
    const expires = Date.now() + (expiry ?? Infinity);
    const isSafe = init.method === undefined;
    if (refuses && queue.size >= places) throw new Error("The queue is full");
    while (queue.size >= places) await queue.onSizeLessThan(places);

    for (let retry = 0; ; retry++) {
      const attempt = async ({ signal }: TaskOptions): Promise<T> => {
        if (Date.now() > expires) throw new Error("Too late to be sent");
        const response = await fetch(url, { ...init, signal: signal ?? null });
        hold(queue, response);
        try {
          const isWorthAnother = response.status === 429 || (isSafe && response.status >= 500);
          if (isWorthAnother && retry < retries) throw new WorthAnother();
          return await read(response);
        } finally {
          await release(response).catch(() => undefined);
        }
      };
      const place = { signal: init.signal ?? undefined, priority: retry };
      try {
        return await queue.add(queue === all ? attempt : () => all.add(attempt, place), place);
      } catch (error) {
        const isLost = isSafe && error instanceof TypeError;
        if (retry >= retries || !(isLost || error instanceof WorthAnother)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, delay * 2 ** retry));
    }
  }

  return { send, queues: (): PQueue[] => [all, ...hosts.values()] };
}

/** A short body is read to its end, so that its connection can be used again; a long one is cancelled. */
async function release({ body, headers }: Response): Promise<void> {
  if (body === null || body.locked) return;
  if (Number(headers.get("content-length") ?? Infinity) > 65_536) await body.cancel();
  else await body.pipeTo(new WritableStream());
}

class WorthAnother extends Error {}

/** What is to be taken care of. */
export interface Care {
  /** Of the queue that everything goes through. */
  readonly all: Options;
  /** Of one more queue for each host, where each is to have its own. */
  readonly perHost?: Options;
  /** When so many tasks wait in a queue, senders wait in line, or are refused. */
  readonly places: number;
  readonly refuses?: boolean;
  /** ms after which what waits is not sent any more. */
  readonly expiry?: number;
  readonly retries?: number;
  /** ms before the first retry; before each that follows, twice as many. */
  readonly delay?: number;
}
