/** ms between two changes of figures, and of what is said of them: faster, nobody can read them. */
const FIGURES_EVERY = 150;
/** ms between two changes of words and lists. */
const WORDS_EVERY = 300;
/** ms between two frames for those who asked for less motion. */
const CALM_EVERY = 1000;

/** How often what is to be drawn. Times are those of frames, in ms. */
export class Rhythm {
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #frameAt = 0;
  #figuresAt = 0;
  #wordsAt = 0;

  /** Whether it is time for a frame. */
  isFrameDue(stamp: number): boolean {
    return !this.#calm.matches || stamp - this.#frameAt >= CALM_EVERY;
  }

  areWordsDue(stamp: number): boolean {
    return stamp - this.#wordsAt >= WORDS_EVERY;
  }

  /** A frame is drawn. @param all With all that there is. @returns What of it is to be drawn beside the pictures. */
  draw(stamp: number, all: boolean): { readonly figures: boolean; readonly words: boolean } {
    const figures = all || stamp - this.#figuresAt >= FIGURES_EVERY;
    const words = all || this.areWordsDue(stamp);
    this.#frameAt = stamp;
    if (figures) this.#figuresAt = stamp;
    if (words) this.#wordsAt = stamp;
    return { figures, words };
  }
}
