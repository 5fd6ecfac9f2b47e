import { byId } from "../page/element.ts";
import type { LifeParts } from "./life-panel.ts";

/** What the page has for the panel of a task's life. */
export function lifeParts(): LifeParts {
  return {
    title: byId("life-title", HTMLElement),
    tells: byId("life-tells", HTMLElement),
    bar: byId("life-bar", HTMLElement),
    chapters: byId("life-chapters", HTMLElement),
    scroller: byId("life-scroller", HTMLElement),
    said: byId("life-said", HTMLElement),
    previous: byId("life-previous", HTMLButtonElement),
    next: byId("life-next", HTMLButtonElement),
    newest: byId("life-newest", HTMLButtonElement),
    off: byId("life-off", HTMLButtonElement),
  };
}
