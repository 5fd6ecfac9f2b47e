import type { ChartLine } from "./charts.ts";
import type { Palette } from "./palette.ts";
import { make } from "../page/element.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Says which line of a chart is which. */
export function showKeys(list: HTMLElement, lines: readonly ChartLine[], palette: Palette): void {
  list.replaceChildren(
    ...lines.map(({ label, color, dash }) => {
      const sample = document.createElementNS(SVG, "svg");
      sample.setAttribute("width", "24");
      sample.setAttribute("height", "8");
      sample.setAttribute("aria-hidden", "true");
      const line = document.createElementNS(SVG, "path");
      line.setAttribute("d", "M0 4h24");
      line.setAttribute("stroke", color(palette));
      line.setAttribute("stroke-width", "2.5");
      if (dash !== undefined) line.setAttribute("stroke-dasharray", dash.join(" "));
      sample.append(line);
      return make("li", {}, sample, label);
    }),
  );
}
