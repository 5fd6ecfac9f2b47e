import { adaptive } from "../../../src/adaptive.ts";
import { SimulatedServer, VirtualClock } from "../../../src/lab.ts";
import { type Adaptive, Client, type Handler } from "../../../src/lean.ts";
import { Random } from "../../simulation/random.ts";
import { behaviorOf, type World } from "./world.ts";

/** What one pool has seen: columns of the same length. */
export interface Log {
  /** When headers came, in ms. */
  readonly at: number[];
  readonly status: number[];
  /** From start to headers, in ms. */
  readonly ms: number[];
  /** The numbers of slots, and since when. */
  readonly limits: (readonly [at: number, workers: number])[];
}

/** Slots that tune themselves, as the worlds have them. */
export const TUNED: Adaptive = adaptive({ max: 200 });

const URL_OF_SERVER = "http://server.test/";
const QUEUE = 300;
const STEP = 100;
const task = (): Request => new Request(URL_OF_SERVER);
/** ms from a pool to its server, at least; at most three times as long. */
const WAY = 0.5;

/** Lets a world go by. @returns A log for each pool. */
export async function run(world: World, seed: number, workers: Adaptive | number = TUNED): Promise<readonly Log[]> {
  const clock = new VirtualClock();
  const server = new SimulatedServer({ clock, seed, keep: 0, ...behaviorOf(world, world.before ?? world.capacity) });
  const isIdle = (): boolean => world.idle !== undefined && clock.now() >= world.idle[0] && clock.now() < world.idle[1];
  const random = new Random(seed);
  // A request is under way for a while: another may have the place meanwhile that an answer has left.
  const handler: Handler = async (request, init) => {
    await clock.sleep(WAY * (1 + 2 * random.next()));
    return server.fetch(request, init);
  };
  const logs = world.pools.map((): Log => ({ at: [], status: [], ms: [], limits: [] }));
  const pools = logs.map((log) => {
    const client = new Client({ handler, clock, workers, queueSize: QUEUE, period: world.period });
    return () => {
      const pool = client.start();
      log.limits.push([clock.now(), pool.workers]);
      pool.on("headers", ({ status, ttfbMs }) => {
        log.at.push(clock.now());
        log.status.push(status);
        log.ms.push(ttfbMs);
      });
      pool.on("limit", (event) => log.limits.push([clock.now(), event.workers]));
      // As many come as go.
      pool.on("start", () => void (isIdle() || pool.offer(task)));
      return () => {
        if (isIdle()) pool.offer(task);
        else while (pool.offer(task)) continue;
      };
    };
  });
  const feeds: (() => void)[] = [];
  for (let at = 0; at < world.until; at += isIdle() ? 1000 : STEP) {
    await clock.advance(at - clock.now());
    if (at === world.changesAt) server.change(behaviorOf(world, world.capacity));
    for (const [index, start] of world.pools.entries())
      if (at === start) feeds.push((pools[index] as () => () => void)());
    for (const feed of feeds) feed();
  }
  await clock.advance(world.until - clock.now());
  return logs;
}
