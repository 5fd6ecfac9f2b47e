import type { Settings } from "../settings/settings.ts";

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

/** How a task is made for a URL, in lines. */
export function taskLines({ upload, reads, filtered, expiry, method, world }: Settings): string[] {
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

/** How tasks come into the pool, in lines. */
export function wayLines(settings: Settings): string[] {
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
