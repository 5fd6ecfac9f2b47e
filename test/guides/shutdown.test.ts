import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Origin, Script } from "../examples/support/origin.ts";
import { endWithTest, serve } from "../examples/support/stage.ts";
import { until } from "../support/until.ts";
import { useGuide } from "./support/guide.ts";

const guide = useGuide("shutdown");

/** Runs a program of the guide that sends twenty requests, and sends it SIGTERM once five have arrived, or all that it sends. */
async function terminate(
  file: string,
  script: Script,
  arrived: number,
): Promise<[server: Origin, told: () => Promise<[number | null, string]>]> {
  const server = await serve(script);
  const child = spawn(process.execPath, [file, server.url, "20"], {
    cwd: guide.folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  endWithTest(async () => child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
  const ended = once(child, "close");
  await until(() => server.arrivals.length === arrived);
  child.kill("SIGTERM");
  return [server, async () => [((await ended) as [number | null])[0], said]];
}

test("before, what is under way is cut off", async () => {
  const [server, told] = await terminate("before.ts", () => new Promise(() => {}), 20);
  expect(await told()).toEqual([0, ""]);
  await until(() => server.arrivals.every(({ hungUp }) => hungUp));
});

test("after, all that was accepted is answered, and the process ends by itself", async () => {
  const open = Promise.withResolvers<void>();
  const [server, told] = await terminate("after.ts", () => open.promise.then(() => ({})), 5);
  open.resolve();
  expect(await told()).toEqual([0, "lost: 0\n"]);
  expect(server.arrivals).toHaveLength(20);
  expect(server.arrivals.filter(({ hungUp }) => hungUp)).toEqual([]);
  expect(server.most).toBeLessThanOrEqual(5);
});

test("after, what a deaf server would keep for ever is told as lost when the grace is over", async () => {
  const code = guide.files.get("after.ts") ?? "";
  expect(code).toContain("20_000");
  writeFileSync(join(guide.folder, "impatient.ts"), code.replace("20_000", "200"));
  const [server, told] = await terminate("impatient.ts", () => new Promise(() => {}), 5);
  expect(await told()).toEqual([0, "lost: 20\n"]);
  expect(server.arrivals).toHaveLength(5);
});
