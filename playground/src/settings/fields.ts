import { comparison } from "./compare-fields.ts";
import type { Field, Group } from "./field.ts";
import { lanes } from "./lane-fields.ts";
import { load } from "./load-fields.ts";
import { breaker, pool } from "./pool-fields.ts";
import { retry } from "./retry-fields.ts";
import type { Settings } from "./settings.ts";
import { view } from "./view-fields.ts";
import { real, simulated } from "./world-fields.ts";

/** The settings of the form, in the order of the page. */
export const GROUPS: readonly Group[] = [view, load, pool, lanes, retry, breaker, simulated, real];

/** Every setting. */
export const FIELDS: readonly Field[] = [...GROUPS.flatMap(({ fields }) => fields), ...comparison];

/** Whether going from one scene to the other needs a restart: a new pool. */
export function needsRestart(from: Settings, to: Settings): boolean {
  return FIELDS.some(({ key, restarts }) => restarts === true && from[key] !== to[key]);
}
