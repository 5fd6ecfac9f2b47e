import uPlot from "uplot";
import { Sight } from "../page/element.ts";
import type { Step } from "../scene/series.ts";
import type { Palette } from "./palette.ts";

/** A line of a chart. */
export interface ChartLine {
  readonly label: string;
  readonly color: (palette: Palette) => string;
  readonly value: (step: Step) => number | null;
  readonly dash?: number[];
}

/** The whole minute that the series keeps, in s. */
const MINUTE = 60;
const HEIGHT = 150;

/** One chart over the last minute. */
export class Chart {
  readonly #box: HTMLElement;
  readonly #lines: readonly ChartLine[];
  readonly #unit: string;
  readonly #sight: Sight;
  #plot: uPlot | undefined;
  #drawn: Step | undefined;

  constructor(box: HTMLElement, lines: readonly ChartLine[], unit: string, palette: Palette) {
    this.#box = box;
    this.#sight = new Sight(box);
    this.#lines = lines;
    this.#unit = unit;
    this.#make(palette);
    new ResizeObserver(() => this.#plot?.setSize({ width: Math.max(box.clientWidth, 120), height: HEIGHT })).observe(
      box,
    );
  }

  set palette(palette: Palette) {
    this.#make(palette);
  }

  /** Draws anew if there is a new step. */
  draw(steps: readonly Step[]): void {
    const last = steps.at(-1);
    if (last === this.#drawn || this.#plot === undefined || !this.#sight.isSeen) return;
    this.#drawn = last;
    const end = Math.max(last?.at ?? 0, MINUTE);
    this.#plot.setData([steps.map(({ at }) => at), ...this.#lines.map(({ value }) => steps.map(value))], false);
    this.#plot.batch(() => {
      this.#plot?.setScale("x", { min: end - MINUTE, max: end });
      const top = Math.max(1, ...this.#lines.flatMap(({ value }) => steps.map((step) => value(step) ?? 0)));
      this.#plot?.setScale("y", { min: 0, max: top * 1.1 });
    });
    this.#box.setAttribute("aria-label", this.#describe(last));
  }

  #describe(step: Step | undefined): string {
    if (step === undefined) return "Nothing yet";
    const values = this.#lines.map(({ label, value }) => `${label} ${Math.round(value(step) ?? 0)} ${this.#unit}`);
    return `At ${step.at} s: ${values.join(", ")}`;
  }

  #make(palette: Palette): void {
    this.#plot?.destroy();
    this.#drawn = undefined;
    const axis: uPlot.Axis = {
      stroke: palette.muted,
      font: "11px ui-sans-serif, system-ui, sans-serif",
      grid: { stroke: palette.line, width: 1 },
      ticks: { show: false },
    };
    this.#plot = new uPlot(
      {
        width: Math.max(this.#box.clientWidth, 120),
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        padding: [8, 18, 0, 0],
        scales: {
          x: { time: false, auto: false, range: (_plot, min, max) => [min, max] },
          y: { auto: false, range: (_plot, min, max) => [min, max] },
        },
        axes: [
          { ...axis, size: 24, values: (_plot, ticks) => ticks.map((tick) => `${tick} s`) },
          { ...axis, size: 46, values: (_plot, ticks) => ticks.map(short) },
        ],
        series: [
          {},
          ...this.#lines.map(({ label, color, dash }) => ({
            label,
            stroke: color(palette),
            width: 1.75,
            points: { show: false },
            spanGaps: true,
            ...(dash && { dash }),
          })),
        ],
      },
      [[], ...this.#lines.map(() => [])],
      this.#box,
    );
  }
}

function short(value: number): string {
  return value >= 1000 ? `${Number((value / 1000).toFixed(1))}k` : String(Number(value.toFixed(1)));
}

/** Starts a second, and the bounds that they should keep to. */
export const STARTS: readonly ChartLine[] = [
  { label: "started", color: ({ accent }) => accent, value: ({ started }) => started },
  { label: "the settings’ pace", color: ({ muted }) => muted, value: ({ most }) => most, dash: [2, 3] },
  { label: "the server’s limit", color: ({ over }) => over, value: ({ limit }) => limit, dash: [8, 4] },
];

/** Answers a second, and what went wrong. */
export const THROUGHPUT: readonly ChartLine[] = [
  { label: "answered", color: ({ outcomes }) => outcomes.ok, value: ({ outcomes }) => outcomes.ok },
  { label: "▲ 429", color: ({ hold }) => hold, value: ({ troubles }) => troubles.limited, dash: [8, 3] },
  { label: "■ 5xx", color: ({ outcomes }) => outcomes.status, value: ({ troubles }) => troubles.server, dash: [6, 3] },
  { label: "◷ timeout", color: ({ outcomes }) => outcomes.up, value: ({ troubles }) => troubles.timeout, dash: [4, 2] },
  {
    label: "✕ other failure",
    color: ({ outcomes }) => outcomes.failed,
    value: ({ troubles }) => troubles.other,
    dash: [2, 3],
  },
  { label: "retried", color: ({ ink }) => ink, value: ({ retried }) => retried, dash: [1, 4] },
  { label: "refused", color: ({ muted }) => muted, value: ({ refused }) => refused, dash: [8, 3, 2, 3] },
];

/** How long transactions took. */
export const LATENCY: readonly ChartLine[] = [
  { label: "half within", color: ({ outcomes }) => outcomes.ok, value: ({ median }) => median },
  { label: "95 % within", color: ({ outcomes }) => outcomes.status, value: ({ p95 }) => p95, dash: [6, 3] },
  { label: "99 % within", color: ({ outcomes }) => outcomes.failed, value: ({ p99 }) => p99, dash: [2, 3] },
  { label: "longest wait in the queue", color: ({ muted }) => muted, value: ({ wait }) => wait, dash: [8, 3, 2, 3] },
];

/** How many wait. */
export const WAITING: readonly ChartLine[] = [
  { label: "in the queue", color: ({ accent }) => accent, value: ({ waiting }) => waiting },
  { label: "senders in line", color: ({ outcomes }) => outcomes.status, value: ({ senders }) => senders, dash: [6, 3] },
];
