/**
 * Whether a key lets go of what is held on the whole page: it is Escape, and nothing nearer wants it. A dialog closes by it,
 * and a search field is emptied.
 */
export function letsGo({ key, target, defaultPrevented }: KeyboardEvent): boolean {
  if (key !== "Escape" || defaultPrevented) return false;
  if (!(target instanceof Element)) return true;
  const isEmptied = target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
  return !isEmptied && target.closest("dialog[open]") === null;
}
