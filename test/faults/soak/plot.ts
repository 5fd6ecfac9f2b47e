import type { Trend } from "./trend.ts";

const WIDTH = 900;
const PANEL = 170;
const LEFT = 80;
const RIGHT = 20;
const TOP = 40;
const GAP = 50;

/** Draws each trend in a panel of its own: the samples, and the line through their second half. As SVG. */
export function plotOf(trends: readonly Trend[], title: string): string {
  const height = TOP + trends.length * (PANEL + GAP);
  const panels = trends.map((trend, index) => panelOf(trend, TOP + 20 + index * (PANEL + GAP)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${LEFT}" y="24" font-size="16">${title}</text>
${panels.join("\n")}
</svg>
`;
}

function panelOf({ name, unit, points, line, isRising, summary }: Trend, top: number): string {
  const lastMinute = Math.max(...points.map(([minute]) => minute));
  const highest = Math.max(1, ...points.map(([, value]) => value));
  const x = (minute: number): number => LEFT + (minute / lastMinute) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => top + PANEL - (value / highest) * PANEL;
  const dots = points.map(([minute, value]) => `${x(minute).toFixed(1)},${y(value).toFixed(1)}`);
  const [[x1, y1], [x2, y2]] = line;
  const color = isRising ? "#c00" : "#080";
  return `<g>
<text x="${LEFT}" y="${top - 6}"><tspan font-weight="bold">${name}</tspan> ${summary}</text>
<path d="M${LEFT} ${top}V${top + PANEL}H${WIDTH - RIGHT}" fill="none" stroke="#999"/>
<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${highest.toFixed(1)} ${unit}</text>
<text x="${LEFT - 6}" y="${top + PANEL}" text-anchor="end">0</text>
<text x="${WIDTH - RIGHT}" y="${top + PANEL + 16}" text-anchor="end">${lastMinute.toFixed(1)} min</text>
<polyline points="${dots.join(" ")}" fill="none" stroke="#36c"/>
<line x1="${x(x1)}" y1="${y(y1)}" x2="${x(x2)}" y2="${y(y2)}" stroke="${color}" stroke-width="2"/>
</g>`;
}
