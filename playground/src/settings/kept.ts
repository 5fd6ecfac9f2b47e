import type { Field } from "./field.ts";
import { FIELDS } from "./fields.ts";
import { fromLink, toLink } from "./link.ts";
import { DEFAULTS, type Settings } from "./settings.ts";

/** What each of two pools has for itself. All else, the load, the server, the seed and the clock, is the same for both. */
const OWN = new Set<keyof Settings>([
  "slots",
  "workers",
  "minWorkers",
  "maxWorkers",
  "queueSize",
  "period",
  "spread",
  "timeout",
  "drainBytes",
  "drainMs",
  "hold",
  "breaker",
  "threshold",
  "breakerTimeout",
  "tripOnStatus",
  "lanes",
  "laneSlots",
  "laneWorkers",
  "lanePeriod",
  "laneSpread",
  "laneQueueSize",
  "laneHolds",
  "laneMaxHold",
  "retry",
  "retryLimit",
  "retryDelay",
  "retryJitter",
  "retryOnTimeout",
  "retryBudget",
  "way",
]);
const OWN_FIELDS: readonly Field[] = FIELDS.filter(({ key }) => OWN.has(key));

/** Keeps a pool's settings as B. */
export function keep(settings: Settings): Settings {
  return { ...settings, compare: "kept", kept: toLink(withOwn(DEFAULTS, settings)) };
}

/** The settings of B: its pool's own, and what is the same for both. */
export function keptOf(settings: Settings): Settings {
  return { ...withOwn(settings, fromLink(settings.kept)), name: "", compare: "none", kept: "" };
}

/** A becomes B, and B becomes A. */
export function swap(settings: Settings): Settings {
  const { name } = settings;
  return { ...keptOf(settings), name, compare: "kept", kept: keep(settings).kept };
}

/** What is different in B, in words: its label, and the value in each. */
export function differencesOf(settings: Settings): string[] {
  const kept = keptOf(settings);
  return OWN_FIELDS.filter(({ key }) => kept[key] !== settings[key]).map((field) => {
    const { key, label } = field;
    return `${label} ${wordFor(field, settings[key])} in A, ${wordFor(field, kept[key])} in B`;
  });
}

function withOwn(common: Settings, own: Settings): Settings {
  const mixed: Record<string, unknown> = { ...common };
  for (const key of OWN) mixed[key] = own[key];
  return mixed as unknown as Settings; // each value is that of one of the two
}

function wordFor(field: Field, value: Settings[keyof Settings]): string {
  switch (field.kind) {
    case "number":
      return `${String(value)}${field.unit === "ms" ? " ms" : ""}`;
    case "switch":
      return value === true ? "on" : "off";
    default:
      return String(value);
  }
}
