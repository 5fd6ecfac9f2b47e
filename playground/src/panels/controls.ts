import type { Field, NumberField } from "../settings/field.ts";
import { FIELDS } from "../settings/fields.ts";
import { parse } from "../settings/link.ts";
import { fromText } from "../settings/measured.ts";
import { FIRST, FOLDED } from "../settings/order.ts";
import type { Settings } from "../settings/settings.ts";
import { make, say } from "../page/element.ts";
import { Folds } from "./folds.ts";
import { MeasuredRow } from "./measured-row.ts";

/** ms without another key, or another move of a slider, after which what stands there is meant. */
const TYPED = 600;

interface Control {
  readonly row: HTMLElement;
  show(settings: Settings): void;
}

const LANE_KEYS = ["laneSlots", "laneWorkers", "lanePeriod", "laneQueueSize", "laneHolds"] as const;
const RETRY_KEYS = ["retryLimit", "retryDelay", "retryJitter", "retryOnTimeout", "retryBudget"] as const;

/** The form with a control for each setting. */
export class Controls {
  readonly #controls: Control[] = [];
  readonly #folds: Folds;
  readonly #rows = new Map<keyof Settings, HTMLElement>();
  #measured: MeasuredRow | undefined;
  readonly #change: (patch: Partial<Settings>) => void;
  /** What is being typed, and not taken up yet. */
  readonly #typed = new Map<keyof Settings, ReturnType<typeof setTimeout>>();

  constructor(box: HTMLElement, change: (patch: Partial<Settings>) => void) {
    this.#change = change;
    box.append(make("div", { className: "first" }, ...FIRST.map((field) => this.#row(field))));
    this.#folds = new Folds(box, FOLDED, (field) => this.#row(field));
  }

  /** Shows the settings, and only what matters with them. */
  show(settings: Settings): void {
    for (const control of this.#controls) control.show(settings);
    const isReal = settings.world === "real";
    this.#folds.show(settings);
    for (const key of ["latency", "limit"] as const) this.#rows.get(key)?.toggleAttribute("hidden", isReal);
    const isTask = settings.way !== "fetch" && settings.way !== "map";
    this.#enable("expiry", isTask);
    this.#enable("filtered", isTask && !isReal);
    this.#enable("patience", settings.way !== "map" && settings.way !== "writable");
    this.#enable("hold", settings.way === "fetch");
    this.#enable("tempo", !isReal);
    this.#enable("workers", settings.slots === "fixed");
    this.#enable("minWorkers", settings.slots === "tuned");
    this.#enable("maxWorkers", settings.slots === "tuned");
    this.#enable("spread", settings.period > 0);
    const measured = fromText(settings.measured);
    this.#enable("latency", measured === undefined);
    this.#explain("latency", measured === undefined ? undefined : "As measured: see Measured latencies, below.");
    this.#enable("shape", measured === undefined);
    this.#enable("errors", measured?.statuses === undefined);
    this.#enable("body", measured?.sizes === undefined);
    this.#enable("halving", settings.capacity > 0);
    for (const key of LANE_KEYS) this.#enable(key, settings.lanes !== "none");
    this.#enable("laneMaxHold", settings.lanes !== "none" && settings.laneHolds);
    this.#enable("laneSpread", settings.lanes !== "none" && settings.lanePeriod > 0);
    for (const key of RETRY_KEYS) this.#enable(key, settings.retry);
    for (const key of ["threshold", "breakerTimeout", "tripOnStatus"] as const) this.#enable(key, settings.breaker);
  }

  /** Opens the folds that these settings are in. */
  openFor(keys: readonly Field["key"][]): void {
    this.#folds.openFor(keys);
  }

  /** Says something else of a setting than what it does; undefined: what it does. */
  #explain(key: Field["key"], words: string | undefined): void {
    const help = this.#rows.get(key)?.querySelector(".help");
    const field = FIELDS.find((each) => each.key === key);
    if (help && field !== undefined) say(help, words ?? field.help);
  }

  #enable(key: keyof Settings, isOn: boolean): void {
    const row = this.#rows.get(key);
    if (row === undefined) return;
    row.classList.toggle("off", !isOn);
    for (const input of row.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select"))
      input.disabled = !isOn;
  }

  #row(field: Field): HTMLElement {
    const id = `set-${field.key}`;
    const help = make("p", { className: "help", id: `${id}-help` }, field.help);
    const control = this.#control(field, id);
    control.row.append(help);
    control.row.dataset["key"] = field.key;
    for (const input of control.row.querySelectorAll(`#${id}`)) input.setAttribute("aria-describedby", help.id);
    this.#controls.push(control);
    this.#rows.set(field.key, control.row);
    return control.row;
  }

  /** Forgets what is being typed: other settings have come. */
  forget(): void {
    this.#measured?.forget();
    for (const timer of this.#typed.values()) clearTimeout(timer);
    this.#typed.clear();
  }

  /** Takes up what is typed, or slid to. Where that restarts the scene, only when it stands still: not once for each key. */
  #type(field: Field, text: string): void {
    if (field.restarts !== true) return this.#set(field, text);
    clearTimeout(this.#typed.get(field.key));
    this.#typed.set(
      field.key,
      setTimeout(() => this.#set(field, text), TYPED),
    );
  }

  /** Takes it up now, if it has not been. */
  #finish(field: Field, text: string): void {
    if (this.#typed.has(field.key)) this.#set(field, text);
  }

  #set(field: Field, text: string): void {
    clearTimeout(this.#typed.get(field.key));
    this.#typed.delete(field.key);
    const value = parse(field, text);
    if (value !== undefined) this.#change({ [field.key]: value });
  }

  #control(field: Field, id: string): Control {
    const label = make("label", { htmlFor: id }, field.label);
    switch (field.kind) {
      case "number":
        return this.#slider(field, id, label);
      case "choice": {
        const select = make("select", { id }, ...field.choices.map(([value, text]) => make("option", { value }, text)));
        select.addEventListener("change", () => this.#set(field, select.value));
        return {
          row: make("div", { className: "row choice" }, label, select),
          show: (settings) => {
            select.value = settings[field.key];
          },
        };
      }
      case "switch": {
        const input = make("input", { id, type: "checkbox" });
        input.addEventListener("change", () => this.#set(field, String(input.checked)));
        return {
          row: make("div", { className: "row switch" }, input, label),
          show: (settings) => {
            input.checked = settings[field.key];
          },
        };
      }
      case "measured":
        this.#measured = new MeasuredRow(id, label, (measured) => this.#change({ measured }));
        return this.#measured;
      default: {
        const type = field.key === "url" ? "url" : "text";
        const input = make("input", {
          id,
          type,
          placeholder: field.placeholder,
          autocomplete: "off",
          spellcheck: false,
        });
        input.addEventListener("change", () => this.#set(field, input.value));
        return {
          row: make("div", { className: "row text" }, label, input),
          show: (settings) => {
            if (document.activeElement !== input) input.value = settings[field.key];
          },
        };
      }
    }
  }

  /** A number to type, for the keyboard and for exact values, and a slider for the pointer. */
  #slider(field: NumberField, id: string, label: HTMLLabelElement): Control {
    const { stops, unit, key } = field;
    const input = make("input", {
      id,
      type: "number",
      inputMode: "numeric",
      min: String(field.min),
      max: String(field.max),
    });
    const slider = make("input", { type: "range", min: "0", max: String(stops.length - 1), tabIndex: -1 });
    slider.setAttribute("aria-hidden", "true");
    const slid = (): string => String(stops[Number(slider.value)] ?? 0);
    input.addEventListener("input", () => this.#type(field, input.value));
    input.addEventListener("change", () => this.#finish(field, input.value));
    slider.addEventListener("input", () => {
      input.value = slid();
      this.#type(field, slid());
    });
    slider.addEventListener("change", () => this.#finish(field, slid()));
    return {
      row: make(
        "div",
        { className: "row number" },
        label,
        make("span", { className: "value" }, input, make("span", { className: "unit" }, unit)),
        slider,
      ),
      show: (settings) => {
        if (this.#typed.has(key)) return;
        const value = settings[key];
        if (document.activeElement !== input || Number(input.value) !== value) input.value = String(value);
        slider.value = String(nearest(stops, value));
      },
    };
  }
}

/** The stop that is nearest to a value. */
function nearest(stops: readonly number[], value: number): number {
  let best = 0;
  for (const [at, stop] of stops.entries())
    if (Math.abs(stop - value) < Math.abs((stops[best] ?? 0) - value)) best = at;
  return best;
}
