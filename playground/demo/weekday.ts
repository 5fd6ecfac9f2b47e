import { filteredTask, perishableTask, requestTask, type Task } from "httppool";
import type { Random } from "./random.ts";
import type { Addresses } from "./site/addresses.ts";
import type { Traffic } from "./traffic.ts";

type Draw = (random: Random, addresses: Addresses) => Task;

const read = (response: Response): Promise<string> => response.text();

/** What comes up on an ordinary day, and how often. */
const TASKS: readonly (readonly [weight: number, draw: Draw])[] = [
  [55, (random, { origin }) => requestTask(`${origin}/${random.whole(1, 4)}/fast/0`, read)],
  [15, (random, { origin }) => requestTask(`${origin}/${random.whole(20, 60)}/fast/0`, read)],
  [8, (random, { origin }) => requestTask(`${origin}/${random.whole(1, 4)}/error/0`, read)],
  [4, (random, { origin }) => requestTask(`${origin}/${random.whole(1, 4)}/reset/0`, read)],
  [8, (random, { origin }) => requestTask(`${origin}/${random.whole(1, 4)}/unread/0`)],
  [4, (random, { origin }) => requestTask(`${origin}/${random.whole(1, 4)}/large/0`)],
  [
    3,
    (random, { origin }) => perishableTask(Date.now() + random.whole(0, 300), requestTask(`${origin}/1/fast/0`, read)),
  ],
  [3, (_, { origin }) => filteredTask(({ url }) => !url.endsWith("/secret"), requestTask(`${origin}/1/fast/secret`))],
];

/** Most tasks wait for a place in the queue, some are refused when there is none. */
export const weekday: Traffic = (random, addresses) => {
  const task = random.pick(TASKS)(random, addresses);
  if (random.chance(0.05)) return (pool) => void pool.offer(task);
  return (pool) => pool.send(task);
};
