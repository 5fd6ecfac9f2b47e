import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Result } from "./contract/contract.ts";
import { ROOT } from "./stage.ts";

/** One run: a runtime, and the form in which it got the package. */
export interface Row {
  readonly runtime: string;
  readonly version: string;
  readonly form: string;
  readonly results: readonly Result[];
  /** Why there was no run. */
  readonly missing?: string;
}

/** What the rows come to. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly missing: readonly { readonly runtime: string; readonly why: string }[];
}

/** Adds the rows up. */
export function summary(rows: readonly Row[]): Summary {
  const results = rows.flatMap((row) => row.results);
  const passed = results.filter((result) => result.passed).length;
  const missing = rows.flatMap((row) =>
    row.missing === undefined ? [] : [{ runtime: row.runtime, why: row.missing }],
  );
  return { passed, failed: results.length - passed, missing };
}

/** The table that a run ends with. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ runtime, version, form, results, missing }) => {
    const passed = results.filter((result) => result.passed).length;
    return missing === undefined
      ? [runtime, version, form, String(passed), String(results.length - passed)]
      : [runtime, "left out", "", "", ""];
  });
  return markdown(["runtime", "version", "package as", "passed", "failed"], lines);
}

const START = "<!-- runtimes:start -->";
const END = "<!-- runtimes:end -->";

/** Writes the runtimes that passed, with their versions, between the marks in the README. */
export async function writeReadme(rows: readonly Row[], path: string = join(ROOT, "README.md")): Promise<void> {
  const text = await readFile(path, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`${path} has no ${START} … ${END}`);
  await writeFile(path, `${text.slice(0, start + START.length)}\n${readmeTable(rows)}\n${text.slice(end)}`);
}

/** The README's table: a line per runtime. A runtime that failed, or was left out, is no promise to a reader. */
export function readmeTable(rows: readonly Row[]): string {
  const proven = rows.filter(({ results }) => results.length > 0);
  const names = new Set(proven.map(({ runtime }) => runtime));
  const lines: string[][] = [];
  for (const name of names) {
    const own = proven.filter(({ runtime }) => runtime === name);
    const { failed, passed } = summary(own);
    if (failed > 0) throw new Error(`${name} failed: there is no table to write`);
    lines.push([name, own[0]?.version ?? "", own.map(({ form }) => form).join("; "), String(passed)]);
  }
  return markdown(["Runtime", "Tested version", "Package as", "Checks passed"], lines);
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => (line[column] ?? "").length)));
  const format = (line: readonly string[]): string =>
    `| ${widths.map((width, column) => (line[column] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [format(head), rule, ...lines.map(format)].join("\n");
}
