import type { Settings } from "../settings/settings.ts";
import { mostLaneSlots, mostSlots } from "../settings/slot-numbers.ts";
import { taskLines, wayLines } from "./task-code.ts";

/** The TypeScript for the settings, ready to copy. */
export function codeFor(settings: Settings): string {
  const { breaker, way } = settings;
  const usesTask = way !== "fetch" && way !== "map";
  const names = ["Client"];
  if (usesTask) {
    if (settings.filtered > 0) names.push("filteredTask");
    if (settings.expiry > 0) names.push("perishableTask");
    names.push("requestTask", "type Task");
  }
  const lines = [`import { ${names.join(", ")} } from "httppool";`];
  const isTuned = settings.slots === "tuned" || (settings.lanes !== "none" && settings.laneSlots === "tuned");
  if (isTuned) lines.push(`import { adaptive } from "httppool/adaptive";`);
  if (breaker) lines.push(`import { breakerHandler } from "httppool/breaker";`);
  if (settings.lanes !== "none") lines.push(`import { lanes } from "httppool/lanes";`);
  if (settings.retry) lines.push(`import { retry } from "httppool/retry";`);
  lines.push("", ...poolLines(settings), "");
  if (usesTask) lines.push(...taskLines(settings), "");
  lines.push(
    "/** Sends one request to each URL. */",
    "export async function sendAll(urls: Iterable<string>): Promise<void> {",
  );
  lines.push(...wayLines(settings).map((line) => `  ${line}`), "  await pool.onIdle();", "}");
  return `${lines.join("\n")}\n`;
}

function poolLines(settings: Settings): string[] {
  const {
    name,
    slots,
    workers,
    minWorkers,
    queueSize,
    period,
    spread,
    timeout,
    drainBytes,
    drainMs,
    hold,
    breaker,
    way,
  } = settings;
  const lines = ["const pool = new Client({"];
  const option = (text: string, note?: string): void => {
    lines.push(`  ${text},${note === undefined ? "" : ` // ${note}`}`);
  };
  if (name !== "") option(`name: ${JSON.stringify(name)}`);
  if (slots === "tuned") {
    option(`workers: ${adaptiveCall(minWorkers, mostSlots(settings))}`, "as many slots as the server takes");
  } else option(`workers: ${workers}`, workers === 10 ? "slots (the default)" : "slots");
  option(`queueSize: ${queueSize}`, queueSize === 100 ? "places (the default)" : "places");
  if (period > 0) option(`period: ${period}`, "ms between two starts of the same slot");
  if (period > 0 && spread) option("spread: true", "no two starts closer than period / workers");
  if (timeout > 0) option(`timeout: ${timeout}`, "ms for a whole transaction");
  if (drainBytes !== 65_536 || drainMs !== 250) option(`drain: { bytes: ${drainBytes}, ms: ${drainMs} }`);
  if (way === "fetch" && hold === "body") option(`hold: "body"`);
  if (settings.lanes !== "none")
    option(`lanes: lanes(${optionsIn(laneOptions(settings))})`, "a task's lane is its origin");
  if (settings.retry) option(`retry: retry(${optionsIn(retryOptions(settings))})`);
  if (breaker) option(`handler: breakerHandler({ ${breakerOptions(settings)} })`);
  lines.push("}).start();");
  return lines;
}

/** Without what is the default. */
function adaptiveCall(min: number, max: number): string {
  const options: string[] = [];
  if (min !== 1) options.push(`min: ${min}`);
  if (max !== 100) options.push(`max: ${max}`);
  return `adaptive(${optionsIn(options)})`;
}

function laneOptions(settings: Settings): string[] {
  const { laneSlots, laneWorkers, lanePeriod, laneSpread, laneQueueSize, laneHolds, laneMaxHold } = settings;
  const options: string[] = [];
  if (laneSlots === "tuned") options.push(`workers: ${adaptiveCall(1, mostLaneSlots(settings))}`);
  else if (laneWorkers > 0) options.push(`workers: ${laneWorkers}`);
  if (lanePeriod > 0) options.push(`period: ${lanePeriod}`);
  if (lanePeriod > 0 && laneSpread) options.push("spread: true");
  if (laneQueueSize > 0) options.push(`queueSize: ${laneQueueSize}`);
  if (!laneHolds) options.push("hold: false");
  else if (laneMaxHold !== 60_000) options.push(`maxHold: ${laneMaxHold}`);
  return options;
}

function retryOptions({ retryLimit, retryDelay, retryJitter, retryOnTimeout, retryBudget }: Settings): string[] {
  const options: string[] = [];
  if (retryLimit !== 2) options.push(`limit: ${retryLimit}`);
  if (retryDelay !== 300) options.push(`delay: (n) => ${retryDelay} * 2 ** (n - 1)`);
  if (!retryJitter) options.push("jitter: false");
  if (retryOnTimeout) options.push("retryOnTimeout: true");
  if (!retryBudget) options.push("budget: false");
  return options;
}

function optionsIn(options: readonly string[]): string {
  return options.length === 0 ? "" : `{ ${options.join(", ")} }`;
}

function breakerOptions({ threshold, breakerTimeout, tripOnStatus }: Settings): string {
  const options = [`threshold: ${threshold}`];
  if (breakerTimeout > 0) options.push(`timeout: ${breakerTimeout}`);
  if (tripOnStatus) options.push("tripOn: ({ status }) => status >= 500");
  return options.join(", ");
}
