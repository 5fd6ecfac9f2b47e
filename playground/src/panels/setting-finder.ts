import type { Field } from "../settings/field.ts";
import { FIELDS } from "../settings/fields.ts";
import { say } from "../page/element.ts";

/** The settings that are meant by what somebody types: by name, label or help. Nothing typed: none is looked for. */
export function settingsFor(text: string): readonly Field[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  return FIELDS.filter(({ key, label, help }) => `${key} ${label} ${help}`.toLowerCase().includes(wanted));
}

/** What the finder is made of. */
export interface FinderParts {
  readonly input: HTMLInputElement;
  /** Says how many there are. */
  readonly count: HTMLElement;
  /** The rows and folds are in it. */
  readonly box: HTMLElement;
  /** Opens the folds of settings. */
  openFor(keys: readonly Field["key"][]): void;
}

/** Finds a setting, in whichever fold it is. */
export class SettingFinder {
  readonly #parts: FinderParts;

  constructor(parts: FinderParts) {
    this.#parts = parts;
    const { input } = parts;
    input.addEventListener("input", () => this.#find());
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && input.value !== "") {
        // The first Escape is for what was typed, not for what is around it.
        event.preventDefault();
        input.value = "";
        this.#find();
      } else if (event.key === "Enter") {
        event.preventDefault();
        const [first] = settingsFor(input.value);
        if (first !== undefined) document.getElementById(`set-${first.key}`)?.focus();
      }
    });
  }

  #find(): void {
    const { input, count, box, openFor } = this.#parts;
    const found = settingsFor(input.value);
    const keys = found.map(({ key }) => key);
    const names = new Set<string>(keys);
    const isFinding = input.value.trim() !== "";
    box.classList.toggle("finding", isFinding);
    for (const row of box.querySelectorAll<HTMLElement>("[data-key]")) {
      row.classList.toggle("found", names.has(row.dataset["key"] ?? ""));
    }
    openFor(keys);
    say(count, isFinding ? `${found.length} found` : "");
  }
}
