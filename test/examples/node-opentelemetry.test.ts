import { expect, test } from "vitest";
import { freePort } from "../support/free-port.ts";
import { run, serve } from "./support/stage.ts";
import { until } from "../support/until.ts";

test("what is scraped is what the server has counted, retries included", async () => {
  const open = Promise.withResolvers<void>();
  let isBusy = true;
  const site = await serve(async ({ path }) => {
    if (path === "/held") await open.promise;
    if (path === "/missing") return { status: 404 };
    if (path !== "/busy" || !isBusy) return { body: "fine" };
    isBusy = false;
    return { status: 503, headers: { "retry-after": "0" } };
  });
  const port = await freePort();
  const program = run({ runtime: "node", file: "node-opentelemetry/poll.ts", env: { METRICS_PORT: String(port) } });
  const paths = ["/a", "/b", "/missing", "/busy", "/held"];
  program.write(paths.map((path) => `${site.url}${path}\n`).join(""));
  await until(async () => (await scrape(port)).get("completions") === 4, "four are done");
  expect((await scrape(port)).get("running")).toBe(1);
  open.resolve();
  await until(async () => (await scrape(port)).get("completions") === 5, "all are done");
  expect(Object.fromEntries(await scrape(port))).toEqual({
    completions: 5,
    submissions: 5,
    waiting: 0,
    running: 0,
    "requests 200": 4,
    "requests 404": 1,
    "requests 503": 1,
  });
  expect(site.arrivals).toHaveLength(6);
  // Nothing of a path is told.
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).not.toMatch(/missing|held/);
  program.finishInput();
  expect(await program.end(), program.stderr).toBe(0);
});

/** What Prometheus would know: sums over all labels but those named. Nothing before the program listens. */
async function scrape(port: number): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
  const sums = new Map<string, number>();
  for (const line of ((await response?.text()) ?? "").split("\n")) {
    const [, metric = "", labels = "", value = ""] = /^(\w+)\{(.*)\} (\S+)/.exec(line) ?? [];
    const name = NAMES[metric]?.(labels);
    if (name !== undefined) sums.set(name, (sums.get(name) ?? 0) + Number(value));
  }
  return sums;
}

const NAMES: Readonly<Record<string, (labels: string) => string | undefined>> = {
  httppool_task_completions_total: () => "completions",
  httppool_task_submissions_total: () => "submissions",
  httppool_task_count: (labels) => /httppool_task_state="(\w+)"/.exec(labels)?.[1],
  http_client_request_duration_count: (labels) => `requests ${/http_response_status_code="(\d+)"/.exec(labels)?.[1]}`,
};
