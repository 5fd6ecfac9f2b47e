import type { Field, Group } from "../settings/field.ts";
import { changedIn } from "../settings/order.ts";
import type { Settings } from "../settings/settings.ts";
import { make, say } from "../page/element.ts";
import { keep, kept } from "../page/keep.ts";

/** Under what name those are kept that somebody has opened. */
const OPEN = "folds";

interface Fold {
  readonly group: Group;
  readonly section: HTMLDetailsElement;
  readonly changed: HTMLElement;
}

/** Groups of settings, folded until somebody wants them. Each says how much of it has been changed. */
export class Folds {
  readonly #folds: readonly Fold[];
  /** Opened by somebody, and to be open again when the page is. */
  readonly #open = new Set<string>(kept(OPEN)?.split(" "));
  /** Opened for what is in them, until something else is asked for. */
  readonly #lent = new Set<Fold>();

  /** @param rowOf Makes the row of a setting. */
  constructor(box: HTMLElement, groups: readonly Group[], rowOf: (field: Field) => HTMLElement) {
    this.#folds = groups.map((group) => {
      const changed = make("span", { className: "changed" });
      const summary = make("summary", {}, make("span", {}, group.title), changed);
      const section = make("details", { className: "group", open: this.#open.has(group.id) });
      section.dataset["group"] = group.id;
      section.append(summary, ...group.fields.map(rowOf));
      const fold = { group, section, changed };
      // Before the browser opens or closes it. What opens a fold without a click, as its search in the page, is not kept.
      summary.addEventListener("click", () => this.#keep(fold, !section.open));
      box.append(section);
      return fold;
    });
  }

  /** Shows how much differs, and only the groups that matter. */
  show(settings: Settings): void {
    const isReal = settings.world === "real";
    for (const { group, section, changed } of this.#folds) {
      const isIdle = group.id === (isReal ? "simulated" : "real");
      // Who chooses a real URL is to give it.
      if (group.id === "real" && section.hidden && !isIdle) section.open = true;
      section.hidden = isIdle;
      const count = changedIn(group, settings);
      say(changed, count === 0 ? "" : `${count} changed`);
    }
  }

  /** Opens the folds of these settings, and closes those that were opened for others. */
  openFor(keys: readonly Field["key"][]): void {
    const wanted = new Set(this.#folds.filter(({ group }) => group.fields.some(({ key }) => keys.includes(key))));
    for (const fold of this.#lent) {
      if (wanted.has(fold)) continue;
      fold.section.open = false;
      this.#lent.delete(fold);
    }
    for (const fold of wanted) {
      if (fold.section.open) continue;
      fold.section.open = true;
      this.#lent.add(fold);
    }
  }

  #keep(fold: Fold, isOpen: boolean): void {
    this.#lent.delete(fold);
    if (isOpen) this.#open.add(fold.group.id);
    else this.#open.delete(fold.group.id);
    keep(OPEN, [...this.#open].join(" "));
  }
}
