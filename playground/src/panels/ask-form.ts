import { type Question, questionOf } from "../advice/question.ts";
import { make } from "../page/element.ts";
import type { Settings } from "../settings/settings.ts";

interface AskField {
  readonly key: keyof Question;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly help: string;
}

const FIELDS: readonly AskField[] = [
  {
    key: "requests",
    label: "I have",
    unit: "requests",
    min: 1,
    max: 1_000_000,
    help: "Beyond 1,000 it is reckoned.",
  },
  {
    key: "answerMs",
    label: "An answer takes",
    unit: "ms",
    min: 1,
    max: 120_000,
    help: "The median, to its last byte.",
  },
  {
    key: "perSecond",
    label: "The provider allows",
    unit: "a second",
    min: 0,
    max: 1000,
    help: "Per host, then 429. 0: any number.",
  },
  {
    key: "atOnce",
    label: "It works on",
    unit: "at once",
    min: 0,
    max: 100,
    help: "Per host, then it slows down. 0: any number.",
  },
  {
    key: "seconds",
    label: "Done within",
    unit: "s",
    min: 0,
    max: 1_000_000,
    help: "0: it does not matter.",
  },
];

/** The fields of the question. They follow the settings until somebody types something else. */
export class AskForm {
  readonly #inputs = new Map<keyof Question, HTMLInputElement>();
  readonly #typed = new Set<keyof Question>();
  readonly #submit = make("button", { type: "submit", className: "strong", id: "ask-go" }, "Ask");
  readonly #cancel = make("button", { type: "button", id: "ask-cancel", hidden: true }, "Cancel");
  readonly #progress = make("progress", { id: "ask-progress", hidden: true });

  constructor(form: HTMLFormElement, onAsk: () => void, onCancel: () => void) {
    for (const { key, label, unit, min, max, help } of FIELDS) {
      const id = `ask-${key}`;
      const input = make("input", { id, type: "number", inputMode: "numeric", required: true });
      input.min = String(min);
      input.max = String(max);
      input.setAttribute("aria-describedby", `${id}-help`);
      input.addEventListener("input", () => this.#typed.add(key));
      this.#inputs.set(key, input);
      form.append(
        make(
          "div",
          { className: "ask-field" },
          make("label", { htmlFor: id }, label),
          make("span", { className: "value" }, input, make("span", { className: "unit" }, unit)),
          make("p", { className: "help", id: `${id}-help` }, help),
        ),
      );
    }
    this.#progress.setAttribute("aria-label", "Settings tried");
    form.append(make("div", { className: "ask-go" }, this.#submit, this.#cancel, this.#progress));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      onAsk();
    });
    this.#cancel.addEventListener("click", onCancel);
  }

  /** The question as it stands in the fields, whose values the browser has checked. */
  get question(): Question {
    const value = (key: keyof Question): number => this.#inputs.get(key)?.valueAsNumber ?? 0;
    return {
      requests: value("requests"),
      answerMs: value("answerMs"),
      perSecond: value("perSecond"),
      atOnce: value("atOnce"),
      seconds: value("seconds"),
    };
  }

  /** Shows the question that the settings pose, where nobody has typed another. */
  show(settings: Settings): void {
    const question = questionOf(settings);
    for (const [key, input] of this.#inputs) {
      if (!this.#typed.has(key)) input.value = String(question[key]);
    }
  }

  /** What was typed is in the settings now, as far as they have it. */
  settle(): void {
    for (const key of ["answerMs", "perSecond", "atOnce"] as const) this.#typed.delete(key);
  }

  /** How many of how many points have been tried; undefined: none is being tried. */
  progress(tried?: number, all = 0): void {
    const isBusy = tried !== undefined;
    this.#submit.hidden = isBusy;
    this.#cancel.hidden = !isBusy;
    this.#progress.hidden = !isBusy;
    if (!isBusy) return;
    this.#progress.max = all;
    this.#progress.value = tried;
  }

  /** Puts the focus on what starts, or ends, the search. */
  focus(): void {
    (this.#submit.hidden ? this.#cancel : this.#submit).focus();
  }
}
