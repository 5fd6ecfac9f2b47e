import type { NumberKey, SwitchKey } from "./settings.ts";

interface Common {
  readonly label: string;
  /** One sentence on what it does. */
  readonly help: string;
  /** Whether it describes the pool itself, so that a change restarts the scene. */
  readonly restarts?: boolean;
}

/** A setting on a slider. */
export interface NumberField extends Common {
  readonly kind: "number";
  readonly key: NumberKey;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** Where the slider stops. Any number between `min` and `max` may be typed. */
  readonly stops: readonly number[];
}

/** A setting that is one of a few words. */
export interface ChoiceField extends Common {
  readonly kind: "choice";
  readonly key:
    | "hold"
    | "way"
    | "reads"
    | "world"
    | "shape"
    | "method"
    | "tempo"
    | "lanes"
    | "slots"
    | "laneSlots"
    | "compare";
  readonly choices: readonly (readonly [value: string, label: string])[];
}

/** A setting that is on or off. */
export interface SwitchField extends Common {
  readonly kind: "switch";
  readonly key: SwitchKey;
}

/** A setting that is typed. */
export interface TextField extends Common {
  readonly kind: "text";
  readonly key: "name" | "url" | "kept";
  readonly placeholder: string;
}

/** What was measured of a server. */
export interface MeasuredField extends Common {
  readonly kind: "measured";
  readonly key: "measured";
}

/** How one setting is shown, checked and kept in the URL. */
export type Field = NumberField | ChoiceField | SwitchField | TextField | MeasuredField;

/** Settings that are shown together. */
export interface Group {
  readonly id: "pool" | "load" | "lanes" | "retry" | "simulated" | "real" | "breaker" | "view";
  readonly title: string;
  readonly fields: readonly Field[];
}

/** Stops of a share. */
export const PER_CENT = [0, 1, 2, 5, 6, 10, 15, 20, 30, 40, 50, 75, 100];
/** Stops of a time in ms. */
export const MS = [0, 50, 100, 150, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000, 20_000, 30_000];

/** Stops of a number of slots. */
export const SLOTS = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40, 50, 64, 80, 100];

/** A setting on a slider, from its first stop to its last. */
export const number = (
  key: NumberKey,
  label: string,
  unit: string,
  stops: readonly number[],
  help: string,
  restarts = false,
): NumberField => ({
  kind: "number",
  key,
  label,
  unit,
  stops,
  min: stops[0] ?? 0,
  max: stops.at(-1) ?? 0,
  help,
  restarts,
});
