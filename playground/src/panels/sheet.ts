import { letsGo } from "../page/lets-go.ts";

/** Pixels that a finger may slip while it taps. */
const TAP = 8;
/** Shares of the screen's height: half open, open as far as it goes, and below which it closes. */
const HALF = 0.5;
const MOST = 0.85;
const LEAST = 0.25;
/** A screen without room for the settings beside the picture; style.css has it too. */
const NARROW = "(max-width: 900px)";

/** What the sheet is made of. */
export interface SheetParts {
  readonly sheet: HTMLElement;
  readonly handle: HTMLButtonElement;
  /** What it brings up. */
  readonly content: HTMLElement;
  /** Stays in sight above it. */
  readonly picture: HTMLElement;
}

/** On a narrow screen the settings come up from below, beneath the picture, which can be used meanwhile. */
export class Sheet {
  readonly #parts: SheetParts;
  readonly #narrow = matchMedia(NARROW);
  /** Where a finger took hold of the handle, and how high the sheet was then. */
  #grip: { readonly y: number; readonly height: number; isDrag: boolean } | undefined;

  constructor(parts: SheetParts) {
    this.#parts = parts;
    const { handle } = parts;
    handle.addEventListener("click", () => {
      // A drag ends with a click, too.
      if (this.#grip?.isDrag !== true) this.#set(this.isOpen ? 0 : HALF);
      this.#grip = undefined;
    });
    handle.addEventListener("pointerdown", (event) => this.#take(event));
    handle.addEventListener("pointermove", (event) => this.#drag(event));
    handle.addEventListener("pointerup", (event) => this.#drop(event));
    handle.addEventListener("pointercancel", () => this.#set(this.isOpen ? HALF : 0));
    document.addEventListener("keydown", (event) => {
      if (!this.isOpen || !letsGo(event)) return;
      event.preventDefault(); // The task that is followed meanwhile is not let go of.
      this.close();
    });
    this.#narrow.addEventListener("change", () => this.#set(0));
  }

  get isOpen(): boolean {
    return this.#parts.sheet.dataset["open"] !== undefined;
  }

  /** Brings up the settings, where they are not beside the picture, and takes the focus to what is wanted of them. */
  goTo(target: HTMLElement): void {
    if (this.#narrow.matches && !this.isOpen) this.#set(HALF);
    target.scrollIntoView({ block: "nearest" });
    target.focus();
  }

  /** Closes it. Focus that is within goes to the handle. */
  close(): void {
    const { content, handle } = this.#parts;
    const hadFocus = content.contains(document.activeElement);
    this.#set(0);
    if (hadFocus) handle.focus();
  }

  /** @param share Of the screen's height; 0: closed. */
  #set(share: number): void {
    const { sheet, handle, picture } = this.#parts;
    const isOpen = share > 0 && this.#narrow.matches;
    this.#grip = undefined;
    sheet.toggleAttribute("data-open", isOpen);
    handle.setAttribute("aria-expanded", String(isOpen));
    this.#raise(isOpen ? `${share * 100}dvh` : undefined);
    if (isOpen) picture.scrollIntoView({ block: "nearest" });
  }

  /** The page below makes room for it, so that all of it can still be scrolled into sight. */
  #raise(height: string | undefined): void {
    const { style } = document.documentElement;
    if (height === undefined) style.removeProperty("--sheet");
    else style.setProperty("--sheet", height);
  }

  #take({ clientY, pointerId, isPrimary }: PointerEvent): void {
    if (!isPrimary) return;
    const { handle, sheet } = this.#parts;
    handle.setPointerCapture(pointerId);
    this.#grip = { y: clientY, height: sheet.getBoundingClientRect().height, isDrag: false };
  }

  #drag({ clientY }: PointerEvent): void {
    const grip = this.#grip;
    if (grip === undefined || (!grip.isDrag && Math.abs(clientY - grip.y) < TAP)) return;
    grip.isDrag = true;
    this.#parts.sheet.toggleAttribute("data-open", true);
    this.#raise(`${Math.min(grip.height + grip.y - clientY, innerHeight * MOST)}px`);
  }

  #drop({ clientY }: PointerEvent): void {
    const grip = this.#grip;
    if (grip === undefined || !grip.isDrag) return;
    const share = (grip.height + grip.y - clientY) / innerHeight;
    const isTall = share > (HALF + MOST) / 2;
    if (share < LEAST) this.close();
    else this.#set(isTall ? MOST : HALF);
    // For the click that follows.
    this.#grip = { ...grip };
  }
}
