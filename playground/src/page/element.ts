/** The element with this id, of this kind. @throws {Error} The page has none. */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page lacks #${id}`);
}

/** Makes an element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const said = new WeakMap<Element, string>();

/** Sets a text, if it is another than last time: setting it costs a layout, and to read it is dear too. */
export function say(element: Element, text: string): void {
  if (said.get(element) === text) return;
  said.set(element, text);
  element.textContent = text;
}

/** Whether an element is on the screen, or nearly. What is not need not be drawn. */
export class Sight {
  #isSeen = true;

  constructor(element: Element) {
    const watcher = new IntersectionObserver(
      (entries) => {
        this.#isSeen = entries.at(-1)?.isIntersecting ?? true;
      },
      { rootMargin: "100px" },
    );
    watcher.observe(element);
  }

  get isSeen(): boolean {
    return this.#isSeen;
  }
}
