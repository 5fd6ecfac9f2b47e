import { type Figures, type Spread, spreadOf } from "./figures.ts";
import type { World } from "./world.ts";

/** A world's runs, summed up. */
export interface Judged {
  readonly world: World;
  /** × the best fixed number's. */
  readonly throughput: Spread;
  readonly p95: Spread;
  /** The best fixed number's. */
  readonly fixedP95: number;
  readonly refused: Spread;
  readonly share: Spread;
}

/** Judges the runs of a world. @param fixed Those with the best fixed number. */
export function judge(world: World, runs: readonly Figures[], fixed: Figures): Judged {
  const all = (of: (run: Figures) => number): number[] => runs.map((run) => of(run));
  return {
    world,
    throughput: spreadOf(
      all(({ perSecond }) => perSecond / fixed.perSecond),
      Math.min,
    ),
    p95: spreadOf(
      all(({ p95 }) => p95),
      Math.max,
    ),
    fixedP95: fixed.p95,
    refused: spreadOf(
      all(({ refused }) => refused),
      Math.max,
    ),
    share: spreadOf(
      all(({ share }) => share),
      Math.min,
    ),
  };
}

/** As Markdown: what misses its bar is bold. */
export function tableOf(judged: readonly Judged[]): string {
  const rows = judged.map(({ world: { name, bars, pools }, throughput, p95, fixedP95, refused, share }) => [
    name,
    both(throughput, 2, (value) => value >= (bars.throughput ?? 0)),
    `${both(p95, 2, (value) => value <= (bars.p95 ?? Infinity))} (${fixedP95.toFixed(2)})`,
    both(
      { median: refused.median * 100, worst: refused.worst * 100 },
      1,
      (value) => value <= (bars.refused ?? 1) * 100,
    ),
    pools.length > 1
      ? both({ median: share.median * 100, worst: share.worst * 100 }, 0, (value) => value >= (bars.share ?? 0) * 100)
      : "",
  ]);
  return [
    "| server | throughput, × the best fixed number | p95 / S (best fixed) | refusals, % of the answers | the smaller pool's %  |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
}

/** Rounded as it is shown, so that what looks met is. */
function both({ median, worst }: Spread, digits: number, isMet: (value: number) => boolean): string {
  return [median, worst]
    .map((value) => value.toFixed(digits))
    .map((value) => (isMet(Number(value)) ? value : `**${value}**`))
    .join(", worst ");
}
