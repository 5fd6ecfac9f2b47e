import { keep, kept } from "../page/keep.ts";

/** Under what name the choice is kept; index.html reads it before the first paint. */
const THEME = "theme";

/** Follows the system's light or dark, until the button says otherwise. */
export class Theme {
  readonly #button: HTMLButtonElement;
  readonly #onChange: () => void;
  readonly #system = matchMedia("(prefers-color-scheme: dark)");
  #chosen: boolean | undefined = isDarkKept();

  constructor(button: HTMLButtonElement, onChange: () => void) {
    this.#button = button;
    this.#onChange = onChange;
    button.addEventListener("click", () => {
      this.#chosen = !this.#isDark;
      keep(THEME, this.#chosen ? "dark" : "light");
      this.#apply();
    });
    this.#system.addEventListener("change", () => this.#apply());
    this.#show();
  }

  get #isDark(): boolean {
    return this.#chosen ?? this.#system.matches;
  }

  #apply(): void {
    this.#show();
    this.#onChange();
  }

  #show(): void {
    document.documentElement.dataset["theme"] = this.#isDark ? "dark" : "light";
    this.#button.setAttribute("aria-pressed", String(this.#isDark));
  }
}

function isDarkKept(): boolean | undefined {
  const theme = kept(THEME);
  return theme === undefined ? undefined : theme === "dark";
}
