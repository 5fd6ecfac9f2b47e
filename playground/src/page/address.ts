import { fromLink, toLink } from "../settings/link.ts";
import type { Settings } from "../settings/settings.ts";

/** ms between two writes: Safari allows a hundred in half a minute. */
const WRITE_EVERY = 350;
/** ms within which changes of the same setting are undone at one go. */
const ONE_CHANGE = 2000;

/** The part of the page's address after the `#`: it holds the scene, and Back undoes what was changed. */
export class Address {
  readonly #settings: () => Settings;
  /** As it was last written or read. */
  #hash = location.hash;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was changed last, and when; undefined: the settings are those of a link. */
  #changed: { readonly what: string; readonly at: number } | undefined;
  /** What is to be undone by Back goes into an entry of its own. */
  #isNewEntry = false;

  /** @param onLink Another link has come, by Back, Forward or the address bar. */
  constructor(settings: () => Settings, onLink: (settings: Settings) => void) {
    this.#settings = settings;
    addEventListener("hashchange", () => {
      this.#hash = location.hash;
      this.#changed = undefined;
      this.#isNewEntry = false;
      if (location.hash.slice(1) !== toLink(settings())) onLink(fromLink(location.hash));
    });
  }

  /** Somebody changes something: Back will undo it. */
  note(what: string): void {
    const at = performance.now();
    if (this.#changed?.what !== what || at - this.#changed.at > ONE_CHANGE) this.#isNewEntry = true;
    this.#changed = { what, at };
  }

  /** Writes the settings soon. */
  schedule(): void {
    this.#timer ??= setTimeout(() => this.write(), WRITE_EVERY);
  }

  /** Writes the settings now. @returns The link to the scene. */
  write(): string {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Somebody has just put another link there: its event is on the way, and must find it.
    if (location.hash !== this.#hash) return location.href;
    const link = toLink(this.#settings());
    if (location.hash.slice(1) === link) return location.href;
    const address = `${location.pathname}${location.search}${link === "" ? "" : `#${link}`}`;
    if (this.#isNewEntry) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.#isNewEntry = false;
    this.#hash = location.hash;
    return location.href;
  }
}
