/** Where the choice is kept; index.html reads it before the first paint. */
const KEPT = "httppool-playground-theme";

/** Follows the system's light or dark, until the button says otherwise. */
export class Theme {
  readonly #button: HTMLButtonElement;
  readonly #onChange: () => void;
  readonly #system = matchMedia("(prefers-color-scheme: dark)");
  #chosen: boolean | undefined = kept();

  constructor(button: HTMLButtonElement, onChange: () => void) {
    this.#button = button;
    this.#onChange = onChange;
    button.addEventListener("click", () => {
      this.#chosen = !this.#isDark;
      keep(this.#chosen);
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

function kept(): boolean | undefined {
  try {
    const theme = localStorage.getItem(KEPT);
    return theme === null ? undefined : theme === "dark";
  } catch {
    return undefined; // a browser that keeps nothing for pages
  }
}

function keep(isDark: boolean): void {
  try {
    localStorage.setItem(KEPT, isDark ? "dark" : "light");
  } catch {
    // It holds until the page is left.
  }
}
