import type { Field } from "../settings/field.ts";
import type { Settings } from "../settings/settings.ts";
import { byId } from "../page/element.ts";
import { Controls } from "./controls.ts";
import { LinkFaults } from "./link-faults.ts";
import { SettingFinder } from "./setting-finder.ts";
import { Sheet } from "./sheet.ts";

/** The form of the settings, and the ways to what is in it. */
export class SettingsPanel {
  readonly #form = byId("settings", HTMLFormElement);
  readonly #controls: Controls;
  readonly #sheet = new Sheet({
    sheet: byId("sheet", HTMLElement),
    handle: byId("sheet-handle", HTMLButtonElement),
    content: this.#form,
    picture: byId("duel", HTMLElement),
  });
  readonly #faults = new LinkFaults(byId("link-faults", HTMLElement), (key) => {
    this.openFor([key]);
    this.#sheet.goTo(byId(`set-${key}`, HTMLElement));
  });

  /** @param change Takes up what somebody sets. */
  constructor(change: (patch: Partial<Settings>) => void) {
    const box = byId("controls", HTMLElement);
    this.#controls = new Controls(box, change);
    const finder = new SettingFinder({
      input: byId("find-setting", HTMLInputElement),
      count: byId("found-settings", HTMLElement),
      box,
      openFor: (keys) => this.openFor(keys),
    });
    void finder;
    this.#form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Shows the settings. What was wrong with the link that they came by is theirs no more. */
  show(settings: Settings): void {
    this.#controls.show(settings);
    this.#faults.hide();
  }

  /** Other settings have come: what is being typed is not meant for them. */
  forget(): void {
    this.#controls.forget();
  }

  /** Opens the folds that these settings are in. */
  openFor(keys: readonly Field["key"][]): void {
    this.#controls.openFor(keys);
  }

  /** Says what of a link could not be taken as it stands there, and opens the folds of that. */
  showFaults(link: string, settings: Settings): void {
    this.openFor(this.#faults.show(link, settings));
  }

  /** Goes to a part of the form. @returns Whether it is one. */
  goTo(target: HTMLElement): boolean {
    if (!this.#form.contains(target)) return false;
    this.#sheet.goTo(target);
    return true;
  }
}
