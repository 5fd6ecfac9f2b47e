const PREFIX = "httppool-playground-";

/** What the browser has kept for this page under a name; undefined: nothing, or it keeps nothing for pages. */
export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Lets the browser keep a text under a name. Where it keeps nothing for pages, what is chosen holds until the page is left. */
export function keep(name: string, text: string): void {
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // Nothing is lost but the choice.
  }
}
