/* Proves the contract in every runtime there is: `node test/runtime/main.ts [--only ID]… [--form NAME] [--readme]`. */
import { parseArgs } from "node:util";
import type { Result } from "./contract/contract.ts";
import { type Row, summary, table, writeReadme } from "./report.ts";
import { chromium, firefox } from "./runtimes/browsers.ts";
import { edge } from "./runtimes/edge.ts";
import { processes } from "./runtimes/processes.ts";
import type { Form, Found, Runtime } from "./runtimes/runtime.ts";
import { webkit } from "./runtimes/webkit.ts";
import { workerd } from "./runtimes/workerd.ts";
import { workers } from "./runtimes/workers.ts";
import { type Stage, stage } from "./stage.ts";

const ALL: readonly Runtime[] = [...processes, workerd, workers, edge, chromium, firefox, webkit];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [] },
    form: { type: "string", default: "" },
    readme: { type: "boolean", default: false },
  },
});
const wanted = values.only.flatMap((ids) => ids.split(","));
const unknown = wanted.filter((id) => !ALL.some((runtime) => runtime.id === id));
if (unknown.length > 0) {
  console.error(`No runtime is called ${unknown.join(", ")}. There are: ${ALL.map(({ id }) => id).join(", ")}`);
  process.exit(2);
}

const isStrict = process.env["CI"] === "true";
const rows: Row[] = [];
{
  await using set = await stage();
  const left = ALL.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
  const proven = new Map<Runtime, readonly Row[]>();
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) proven.set(next, await prove(next, set));
  };
  // Each waits for half of its time.
  await Promise.all([work(), work()]);
  rows.push(...ALL.flatMap((runtime) => proven.get(runtime) ?? []));
}
console.log(`\n${table(rows)}\n`);
const { passed, failed, missing } = summary(rows);
if (values.readme && failed === 0) await writeReadme(rows);
for (const { runtime, why } of missing) console.error(`LEFT OUT: ${runtime}: ${why}`);
console.log(`${passed} passed, ${failed} failed`);
// A run that is stuck may hold on to something.
process.exit(failed > 0 || (isStrict && missing.length > 0) ? 1 : 0);

async function prove(runtime: Runtime, set: Stage): Promise<readonly Row[]> {
  const found = await runtime.find();
  if ("missing" in found)
    return [{ runtime: runtime.name, version: "", form: "", missing: found.missing, results: [] }];
  const proven: Row[] = [];
  for (const form of runtime.forms.filter(({ name }) => name.includes(values.form))) {
    const start = performance.now();
    const results = await attempt(form, set, found);
    const failures = results.filter((result) => !result.passed);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${failures.length === 0 ? "✓" : "✗"} ${runtime.name} ${found.version}, ${form.name} (${seconds} s)`);
    for (const { name, error } of failures) console.log(`  ✗ ${name}\n${indent(error ?? "")}`);
    proven.push({ runtime: runtime.name, version: found.version, form: form.name, results });
  }
  return proven;
}

/** A run that breaks down is a failure too. */
async function attempt(form: Form, set: Stage, found: Found): Promise<readonly Result[]> {
  try {
    return await form.run(set, found);
  } catch (error) {
    return [{ name: "the run itself", passed: false, ms: 0, error: String((error as Error).stack ?? error) }];
  }
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, "    ");
}
