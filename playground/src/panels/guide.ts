import { keep, kept } from "../page/keep.ts";

/** Under what name it is kept that somebody has read it. */
const READ = "guide";

/** Says beside each thing what it is: to who is here for the first time, and to who asks. */
export class Guide {
  readonly #button: HTMLButtonElement;
  readonly #callouts: readonly HTMLElement[];

  /**
   * @param button Asks for it, or has had enough.
   * @param done Another that has had enough.
   * @param isFirstScene The page has opened on the scene that opens first.
   */
  constructor(button: HTMLButtonElement, done: HTMLButtonElement, isFirstScene: boolean) {
    this.#button = button;
    this.#callouts = [...document.querySelectorAll<HTMLElement>("[data-callout]")];
    button.addEventListener("click", () => (this.isShown ? this.close() : this.#show(true)));
    done.addEventListener("click", () => {
      this.close();
      button.focus();
    });
    this.#show(isFirstScene && kept(READ) === undefined);
  }

  get isShown(): boolean {
    return this.#button.getAttribute("aria-expanded") === "true";
  }

  /** It has been read. */
  close(): void {
    keep(READ, "read");
    this.#show(false);
  }

  #show(isShown: boolean): void {
    this.#button.setAttribute("aria-expanded", String(isShown));
    for (const callout of this.#callouts) callout.hidden = !isShown;
  }
}
