import type { Lanes } from "../../api/policies.ts";
import { LaneBacklog } from "./lane-backlog.ts";
import { type LanesOptions, settingsOf } from "./settings.ts";

/**
 * Lanes for a client: small pools inside its pools, each with waiting places, slots, a pace and holds of its own, so that one
 * slow or angry host does not hold up the others. A task's lane is the one that `SendOptions.lane` names, else the origin that
 * it is known to send to, else `""`.
 *
 * Of the tasks that may start, the one of the highest `SendOptions.priority` does; of lanes with such a task, the one that has
 * started none for longest.
 *
 * @throws {TypeError} An option is of a wrong type.
 *
 * @example
 * ```ts
 * const pool = new Client({ lanes: lanes({ workers: 6, period: 200 }) }).start();
 * await pool.send(requestTask("https://api.example.com/a")); // its lane is its origin
 * await pool.send(task, { lane: "tenant-42", priority: 5 });
 * ```
 */
export function lanes(options: LanesOptions = {}): Lanes {
  const settings = settingsOf(options);
  return { backlog: (host) => new LaneBacklog(host, settings) };
}
