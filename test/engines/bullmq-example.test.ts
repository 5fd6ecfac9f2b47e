import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";
import { Jobs } from "./stage/jobs.ts";
import { stage } from "./stage/stage.ts";
import { until } from "../support/until.ts";

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../playground/examples/bullmq/${name}.ts`, import.meta.url));

test("the example compiles against the built package", () => {
  const program = ts.createProgram([fileOf("worker"), fileOf("producer")], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ["lib.es2024.d.ts", "lib.dom.d.ts"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
  });
  const complaints = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  expect(complaints).toEqual([]);
});

test("the example delivers each hook, also when the server asks for quiet, and ends in its grace with what it had given back", async () => {
  await using staged = await stage();
  const { redis, origin } = staged;
  const jobs = new Jobs("hooks", redis.port);
  const children: ChildProcess[] = [];
  const start = (name: string, args: readonly string[] = []): ChildProcess => {
    const env = { ...process.env, REDIS_URL: `redis://127.0.0.1:${redis.port}`, GRACE_MS: "500" };
    const child = spawn(process.execPath, [fileOf(name), ...args], { env, stdio: ["ignore", "ignore", "inherit"] });
    children.push(child);
    return child;
  };
  const produce = async (urls: readonly string[]): Promise<void> => {
    const [code] = await once(start("producer", urls), "exit");
    expect(code).toBe(0);
  };
  let answered = 0;
  origin.script = () => ({ status: ++answered === 10 ? 429 : 200, headers: { "retry-after": "1" } });
  await produce(Array.from({ length: 40 }, (_, index) => `${origin.url}/${index}`));
  const worker = start("worker");
  expect(await jobs.finished(40)).toMatchObject({ completed: 40, failed: 0 });
  expect(origin.arrivals).toHaveLength(41);

  origin.script = () => undefined;
  await produce([origin.url]);
  await until(() => origin.open === 1);
  const exit = once(worker, "exit");
  worker.kill("SIGTERM");
  expect(await exit).toEqual([0, null]);
  expect(await jobs.counts()).toMatchObject({ active: 0, delayed: 1, failed: 0 });
  await jobs.close();
  for (const child of children) child.kill("SIGKILL");
});
