import type { Field, Group } from "./field.ts";
import { FIELDS, GROUPS } from "./fields.ts";
import { DEFAULTS, type Settings } from "./settings.ts";

const FIRST_KEYS: readonly Field["key"][] = [
  "workers",
  "queueSize",
  "period",
  "timeout",
  "rate",
  "burst",
  "every",
  "latency",
  "limit",
];

/** The settings that come first, never folded: what a pool is, what comes to it, and what it meets. */
export const FIRST: readonly Field[] = FIRST_KEYS.flatMap((wanted) => FIELDS.filter(({ key }) => key === wanted));

/** All others, in their groups. */
export const FOLDED: readonly Group[] = GROUPS.map(({ id, title, fields }) => ({
  id,
  title,
  fields: fields.filter((field) => !FIRST.includes(field)),
}));

/** How many settings of a group differ from the scene that opens first. */
export function changedIn({ fields }: Group, settings: Settings): number {
  return fields.filter(({ key }) => settings[key] !== DEFAULTS[key]).length;
}

/** Choices that say less than the figures beside them. */
const MINOR = new Set<Field["key"]>(["shape", "tempo"]);

/** What a preset is about: what it switches on, or chooses otherwise than the scene that opens first. */
export function pointsOf(settings: Settings): Field["key"][] {
  return FIELDS.filter(
    ({ key, kind }) => (kind === "choice" || kind === "switch") && !MINOR.has(key) && settings[key] !== DEFAULTS[key],
  ).map(({ key }) => key);
}
