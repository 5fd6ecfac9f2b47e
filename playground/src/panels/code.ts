import type { Settings } from "../settings/settings.ts";

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

/** The wiring that the comparison runs. */
export function rivalCodeFor({ workers, period, timeout, reads, upload }: Settings): string {
  const options = [`concurrency: ${workers}`];
  if (period > 0) options.push(`interval: ${period}`, `intervalCap: ${workers}`);
  if (timeout > 0) options.push(`timeout: ${timeout}`);
  const use = {
    all: ["  await response.arrayBuffer();"],
    some: ["  await response.body?.getReader().read();"],
    nothing: ["  if (!response.ok) console.warn(response.status);"],
  }[reads];
  return [
    `import PQueue from "p-queue";`,
    "",
    `const queue = new PQueue({ ${options.join(", ")} });`,
    "",
    `async function sendOne(url: string): Promise<void> {`,
    `  const response = await fetch(url${upload > 0 ? `, { method: "POST", body: "…" }` : ""});`,
    ...use,
    `}`,
    "",
    "/** Sends one request to each URL. */",
    `export async function sendAll(urls: Iterable<string>): Promise<void> {`,
    `  for (const url of urls) queue.add(() => sendOne(url)).catch(console.warn);`,
    `  await queue.onIdle();`,
    `}`,
    "",
  ].join("\n");
}

function poolLines(settings: Settings): string[] {
  const { name, workers, queueSize, period, timeout, drainBytes, drainMs, hold, breaker, way } = settings;
  const lines = ["const pool = new Client({"];
  const option = (text: string, note?: string): void => {
    lines.push(`  ${text},${note === undefined ? "" : ` // ${note}`}`);
  };
  if (name !== "") option(`name: ${JSON.stringify(name)}`);
  option(`workers: ${workers}`, workers === 10 ? "slots (the default)" : "slots");
  option(`queueSize: ${queueSize}`, queueSize === 100 ? "places (the default)" : "places");
  if (period > 0) option(`period: ${period}`, "ms between two starts of the same slot");
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

function laneOptions({ laneWorkers, lanePeriod, laneQueueSize, laneHolds, laneMaxHold }: Settings): string[] {
  const options: string[] = [];
  if (laneWorkers > 0) options.push(`workers: ${laneWorkers}`);
  if (lanePeriod > 0) options.push(`period: ${lanePeriod}`);
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

/** What the consumer of a task is, in lines. */
const CONSUMERS: Readonly<Record<Settings["reads"], readonly string[]>> = {
  all: ["(response) => response.arrayBuffer()"],
  some: [
    "async (response) => {",
    "  const reader = response.body?.getReader();",
    "  await reader?.read();",
    "  reader?.releaseLock();",
    "}",
  ],
  nothing: [],
};

function taskLines({ upload, reads, filtered, expiry, method, world }: Settings): string[] {
  const isPost = world === "real" ? method === "POST" : upload > 0;
  const given = isPost ? [`url, { method: "POST", body: "…" }`] : ["url"];
  const request = callOf("requestTask", given, CONSUMERS[reads]);
  const steps = [request];
  if (filtered > 0) steps.push([`filteredTask(({ url: made }) => !made.includes("/private/"), task)`]);
  if (expiry > 0) steps.push([`perishableTask(Date.now() + ${expiry}, task)`]);
  const lines = steps.flatMap((step, at) => {
    const isLast = at === steps.length - 1;
    const start = isLast
      ? "return"
      : at === 0 && steps.length > 2
        ? "let task ="
        : at === 0
          ? "const task ="
          : "task =";
    return [`${start} ${step[0] ?? ""}`, ...step.slice(1)].map((line, row) =>
      row === step.length - 1 ? `${line};` : line,
    );
  });
  return ["function taskFor(url: string): Task {", ...lines.map((line) => `  ${line}`), "}"];
}

/** A call whose last argument may take several lines. */
function callOf(name: string, first: readonly string[], last: readonly string[]): string[] {
  const lines = [`${name}(${[...first, ...last.slice(0, 1)].join(", ")}`, ...last.slice(1)];
  return lines.map((line, at) => (at === lines.length - 1 ? `${line})` : line));
}

function wayLines(settings: Settings): string[] {
  const { way, patience, reads, upload } = settings;
  const options = patience > 0 ? `, { signal: AbortSignal.timeout(${patience}) }` : "";
  switch (way) {
    case "send":
      return [
        "for (const url of urls) {",
        `  await pool.send(taskFor(url)${options}); // waits while the queue is full`,
        "}",
      ];
    case "offer":
      return [
        "for (const url of urls) {",
        `  if (!pool.offer(taskFor(url)${options})) console.warn("The queue is full");`,
        "}",
      ];
    case "run":
      return [
        `const results = Array.from(urls, (url) => pool.run(taskFor(url)${options}));`,
        "for (const result of await Promise.allSettled(results)) console.log(result.status);",
      ];
    case "fetch": {
      const init = [
        ...(upload > 0 ? [`method: "POST", body: "…"`] : []),
        ...(patience > 0 ? [`signal: AbortSignal.timeout(${patience})`] : []),
      ];
      const call = `pool.fetch(url${init.length > 0 ? `, { ${init.join(", ")} }` : ""})`;
      const use = reads === "nothing" ? "await response.body?.cancel();" : "await response.arrayBuffer();";
      return [
        "const fetchOne = async (url: string): Promise<void> => {",
        `  const response = await ${call};`,
        `  ${use}`,
        "};",
        "await Promise.allSettled(Array.from(urls, fetchOne));",
      ];
    }
    case "writable":
      return [
        "const writer = pool.writable().getWriter();",
        "for (const url of urls) await writer.write(taskFor(url));",
        "await writer.close();",
      ];
    default: {
      const read = reads === "all" ? "(response) => response.arrayBuffer()" : "({ status }) => status";
      const toRequest = upload > 0 ? `(url) => new Request(url, { method: "POST", body: "…" })` : "(url) => url";
      return [
        `const results = pool.map(urls, ${toRequest}, ${read}, { settled: true });`,
        "for await (const { input, status } of results) console.log(input, status);",
      ];
    }
  }
}
