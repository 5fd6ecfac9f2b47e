import type { LaneState, SendOptions } from "../../src/lean.ts";
import { lanes, type LanesOptions } from "../../src/lanes.ts";
import { settled } from "./settled.ts";
import { type Lab, lab, type LabOptions, request } from "./lab.ts";

/**
 * A pool with lanes in a glass case. A task's name tells its lane by its first letter, and is the path of its request: "a1" is
 * a task of the lane "a".
 */
export class LaneLab {
  readonly it: Lab;

  constructor(options: LanesOptions = {}, more: LabOptions = {}) {
    this.it = lab({ lanes: lanes(options), ...more });
  }

  /** Offers tasks, in order. @returns Whether each was taken. */
  offer(names: string, options?: SendOptions): boolean[] {
    return names.split(" ").map((name) => this.it.pool.offer(() => request(`/${name}`), wish(name, options)));
  }

  send(name: string, options?: SendOptions): Promise<void> {
    return this.it.pool.send(() => request(`/${name}`), wish(name, options));
  }

  /** Answers the last request of this name, and lets follow what does. */
  async answer(name: string, status = 204, headers: Record<string, string> = {}): Promise<void> {
    const call = this.it.handler.calls.findLast(({ request: { url } }) => url.endsWith(`/${name}`));
    if (call === undefined) throw new Error(`${name} has not started`);
    call.respond(new Response(null, { status, headers }));
    await settled();
  }

  /** The names of the tasks that started, in order. */
  get started(): string {
    return this.it.handler.paths.map((path) => path.slice(1)).join(" ");
  }

  /** How it stands in a lane, if it is there. */
  lane(name: string): LaneState | undefined {
    return this.it.pool.lanes().get(name);
  }

  /** What is told of holds, but for the pool's name. */
  get holds(): { readonly lane: string; readonly ms: number; readonly status?: number }[] {
    return this.it.log.of("hold").map(({ lane, ms, status }) => {
      return status === undefined ? { lane, ms } : { lane, ms, status };
    });
  }
}

const wish = (name: string, options?: SendOptions): SendOptions => ({ lane: name.slice(0, 1), ...options });
