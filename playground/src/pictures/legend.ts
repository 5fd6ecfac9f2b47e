import { OUTCOMES, TROUBLES } from "../scene/outcome.ts";
import { make } from "../page/element.ts";

const PHASES = [
  ["dotted rest", "rests: its pace lets it start later"],
  ["light", "waits for the headers"],
  ["", "reads the body"],
  ["striped", "cleans up"],
] as const;

/** What shades and colours of the tracks mean. */
export function legend(): Node[] {
  const phases = PHASES.map(([kind, label]) => {
    const swatch = make("span", { className: `swatch ${kind}` });
    if (kind.includes("rest")) swatch.style.setProperty("--swatch", "var(--rest)");
    return make("li", {}, swatch, label);
  });
  const outcomes = OUTCOMES.map(([outcome, label, detail]) => {
    const swatch = make("span", { className: "swatch" });
    swatch.style.setProperty("--swatch", `var(--${outcome})`);
    return make("li", { title: detail }, swatch, label);
  });
  phases.push(make("li", {}, make("span", { ariaHidden: "true" }, "↻"), "is tried again"));
  phases.push(
    make("li", { id: "key-slots", hidden: true }, make("span", { className: "line-key" }), "how many slots there are"),
    make("li", { id: "key-starts", hidden: true }, make("span", { ariaHidden: "true" }, "ııı"), "starts"),
  );
  outcomes.push(
    ...TROUBLES.map(([, sign, label]) => make("li", {}, make("span", { ariaHidden: "true" }, sign), label)),
  );
  return [list("Shade: what the slot does", phases), list("Colour: how it ended", outcomes)];
}

function list(title: string, items: HTMLLIElement[]): HTMLUListElement {
  return make("ul", { ariaLabel: title }, make("li", {}, make("b", {}, `${title}:`)), ...items);
}
