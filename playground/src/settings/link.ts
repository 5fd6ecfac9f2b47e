import type { Field } from "./field.ts";
import { FIELDS } from "./fields.ts";
import { DEFAULTS, type Settings } from "./settings.ts";

/** The part of a link after the `#` that reproduces the scene: what differs from the scene that opens first. */
export function toLink(settings: Settings): string {
  const link = new URLSearchParams();
  for (const { key } of FIELDS) {
    const value = settings[key];
    if (value !== DEFAULTS[key]) link.set(key, String(value));
  }
  return link.toString();
}

/** The scene of a link. What it does not name, or names wrongly, is as in the scene that opens first. */
export function fromLink(link: string): Settings {
  const given = new URLSearchParams(link.replace(/^#/, ""));
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const field of FIELDS) {
    const text = given.get(field.key);
    const value = text === null ? undefined : parse(field, text);
    if (value !== undefined) settings[field.key] = value;
  }
  return settings as unknown as Settings; // each value has been parsed by the field of its key
}

/** What a link says of a setting that can't be. */
export interface LinkFault {
  readonly key: Field["key"];
  readonly label: string;
  readonly text: string;
}

/** What of a link is not taken as it says: a wrong word, no number, or one beyond what there is. */
export function faultsIn(link: string): readonly LinkFault[] {
  const given = new URLSearchParams(link.replace(/^#/, ""));
  return FIELDS.flatMap((field) => {
    const text = given.get(field.key);
    if (text === null) return [];
    const value = parse(field, text);
    const isTaken = value !== undefined && (field.kind !== "number" || Number(text) === value);
    return isTaken ? [] : [{ key: field.key, label: field.label, text: text.slice(0, 40) }];
  });
}

/** The value that a control or a link gives for a setting; undefined when it is none. */
export function parse(field: Field, text: string): string | number | boolean | undefined {
  switch (field.kind) {
    case "number": {
      const value = Math.round(Number(text));
      if (text.trim() === "" || Number.isNaN(value)) return undefined;
      return Math.min(Math.max(value, field.min), field.max);
    }
    case "choice":
      return field.choices.some(([value]) => value === text) ? text : undefined;
    case "switch":
      return text === "true" ? true : text === "false" ? false : undefined;
    default:
      return text.slice(0, 2000);
  }
}
