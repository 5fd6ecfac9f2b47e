import type { Log } from "./run.ts";
import { type World } from "./world.ts";

const WIDTH = 900;
const PANEL = 90;
const LEFT = 70;
const RIGHT = 20;
const GAP = 34;
const TITLE = 40;
/** ms that a point of a line sums up. */
const BIN = 500;

/** A run to be drawn. */
export interface Drawn {
  readonly world: World;
  readonly log: Log;
}

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [ms: number, value: number])[];
  /** The best fixed number, before and after the change; or the bar. */
  readonly marks: readonly (readonly [from: number, until: number, value: number])[];
}

/** Draws runs side by side under each other: slots, throughput, p95 and 429s over time. As SVG. */
export function plotOf(runs: readonly Drawn[]): string {
  const blocks = runs.map(({ world, log }, index) => blockOf(world, log, index * (TITLE + 4 * (PANEL + GAP))));
  const height = runs.length * (TITLE + 4 * (PANEL + GAP));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${blocks.join("\n")}
</svg>
`;
}

function blockOf(world: World, log: Log, top: number): string {
  const { before = world.capacity, changesAt = 0, until } = world;
  const steps = (value: (capacity: number) => number): Line["marks"] =>
    [[0, changesAt, value(before)] as const, [changesAt, until, value(world.capacity)] as const].filter(
      ([from, to]) => to > from,
    );
  const bins = Array.from({ length: Math.ceil(until / BIN) }, () => ({ times: [] as number[], refused: 0 }));
  for (const [index, at] of log.at.entries()) {
    const bin = bins[Math.floor(at / BIN)];
    if (bin === undefined) continue;
    if (log.status[index] === 429) bin.refused++;
    else bin.times.push(log.ms[index] ?? 0);
  }
  const inBins = (value: (bin: (typeof bins)[number]) => number): Line["points"] =>
    bins.map((bin, index) => [(index + 0.5) * BIN, value(bin)]);
  const lines: Line[] = [
    { name: "slots", points: stepsOf(log.limits, until), marks: steps((capacity) => capacity) },
    {
      name: "answers a second",
      points: inBins(({ times }) => (times.length * 1000) / BIN),
      marks: steps((capacity) => (capacity * 1000) / 51),
    },
    { name: "p95 to the headers, ms", points: inBins(({ times }) => p95(times)), marks: [[0, until, 70]] },
    {
      name: "429s, % of the answers",
      points: inBins(({ times, refused }) => (100 * refused) / Math.max(1, times.length + refused)),
      marks: [[0, until, 4]],
    },
  ];
  const panels = lines.map((line, index) => panelOf(line, top + TITLE + index * (PANEL + GAP), until));
  return `<g><text x="${LEFT}" y="${top + 22}" font-size="16">${world.name}</text>\n${panels.join("\n")}</g>`;
}

const p95 = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0;

function stepsOf(limits: Log["limits"], until: number): Line["points"] {
  return limits.flatMap(([at, workers], index) => [
    [at, workers] as const,
    [limits[index + 1]?.[0] ?? until, workers] as const,
  ]);
}

function panelOf({ name, points, marks }: Line, top: number, until: number): string {
  const highest = Math.max(...points.map(([, value]) => value), ...marks.map(([, , value]) => value)) * 1.05;
  const x = (ms: number): string => (LEFT + (ms / until) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number): string => (top + PANEL - (value / highest) * PANEL).toFixed(1);
  const drawn = marks.map(
    ([from, to, value]) => `<path d="M${x(from)} ${y(value)}H${x(to)}" stroke="#c60" stroke-dasharray="5 4"/>`,
  );
  return `<text x="${LEFT}" y="${top - 5}">${name}</text>
<path d="M${LEFT} ${top}V${top + PANEL}H${WIDTH - RIGHT}" fill="none" stroke="#999"/>
<text x="${LEFT - 6}" y="${top + 10}" text-anchor="end">${highest.toFixed(0)}</text>
<text x="${LEFT - 6}" y="${top + PANEL}" text-anchor="end">0</text>
<text x="${WIDTH - RIGHT}" y="${top + PANEL + 14}" text-anchor="end">${until / 1000} s</text>
${drawn.join("\n")}
<polyline points="${points.map(([at, value]) => `${x(at)},${y(value)}`).join(" ")}" fill="none" stroke="#36c"/>`;
}
