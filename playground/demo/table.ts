import Table from "cli-table3";
import type { AdaptiveReport } from "./adaptive.ts";
import type { Report } from "./report.ts";
import type { HostReport } from "./several-hosts.ts";

type Row<Of> = readonly [figure: string, of: (report: Of) => string | number];

const HOST_ROWS: readonly Row<HostReport>[] = [
  ["tasks finished", ({ finished, tasks }) => `${finished} of ${tasks}`],
  ["requests (server)", ({ requests }) => requests],
  ["retries", ({ retries }) => retries],
  ["refused for good", ({ refused }) => refused],
  ["holds", ({ holds }) => holds],
  ["requests during a hold (server)", ({ tooSoon }) => tooSoon],
  ["took", ({ took }) => `${(took / 1000).toFixed(1)} s`],
];

const ADAPTIVE_ROWS: readonly Row<AdaptiveReport>[] = [
  ["slots, in the mean", ({ slots }) => slots.toFixed(1)],
  ["answers a second", ({ perSecond }) => perSecond.toFixed(0)],
  ["  with that many slots, at best", ({ bestPerSecond }) => bestPerSecond.toFixed(0)],
  ["headers p95", ({ p95 }) => ms(p95)],
];

const ROWS: readonly Row<Report>[] = [
  ["dispatched", (report) => report.dispatched],
  ["queued", (report) => report.queued],
  ["rejected", (report) => report.rejected],
  ["succeeded", (report) => report.succeeded],
  ["failed", (report) => report.failed],
  ["  expired", (report) => report.expired],
  ["  filtered", (report) => report.filtered],
  ["  timed out", (report) => report.timedOut],
  ["wait p50 / p95", ({ wait }) => `${ms(wait.p50)} / ${ms(wait.p95)}`],
  ["duration p50 / p95", ({ duration }) => `${ms(duration.p50)} / ${ms(duration.p95)}`],
  ["most requests at once (server)", ({ atOnce, workers }) => `${atOnce} of ${workers}`],
  ["requests (server)", (report) => report.requests],
  ["connections (server)", (report) => report.connections],
  ["smallest spacing per slot", ({ spacing }) => (spacing === undefined ? "–" : ms(spacing))],
  ["period", ({ period }) => (period === 0 ? "–" : ms(period))],
  ["took", ({ took }) => `${(took / 1000).toFixed(1)} s`],
];

/** One column per report. */
export function tableOf(reports: readonly Report[]): string {
  return columns(({ name }) => name, ROWS, reports);
}

/** One column per host. */
export function hostTableOf(reports: readonly HostReport[]): string {
  return columns(({ host }) => host, HOST_ROWS, reports);
}

/** One column per number of places. */
export function adaptiveTableOf(reports: readonly AdaptiveReport[]): string {
  return columns(({ capacity }) => `the server takes ${capacity}`, ADAPTIVE_ROWS, reports);
}

function columns<Of>(nameOf: (report: Of) => string, rows: readonly Row<Of>[], reports: readonly Of[]): string {
  const table = new Table({
    head: ["", ...reports.map((report) => nameOf(report))],
    colAligns: ["left", ...reports.map(() => "right" as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const [figure, of] of rows) table.push([figure, ...reports.map((report) => of(report))]);
  return table.toString();
}

function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}
