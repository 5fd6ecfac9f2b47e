import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { lineOf } from "../line.ts";
import { interleave } from "../rounds.ts";
import type { Row, Target } from "../row.ts";

const PEER = "p-queue + ky + eventemitter3";
const TARGETS: Readonly<Record<string, Target>> = { httppool: { of: "ratio", most: 1.1 } };

const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  httppool: ["httppool"],
  "httppool/lean": ["httppool/lean"],
  [PEER]: ["p-queue", "ky", "eventemitter3"],
};

/** What it takes to import the package, beside what it stands on. */
export const imports: Row = {
  name: "imports",
  title: "CPU of importing in a fresh process",
  async measure({ rounds }) {
    const names = Object.keys(IMPORTS);
    const contenders = names.map((name) => ({ name, sample: () => importing(IMPORTS[name] ?? []) }));
    const samples = await interleave(contenders, rounds(25), 2);
    return names.map((name) => lineOf(samples, name, PEER, "ms", TARGETS[name]));
  },
};

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** ms of all threads, without those that Node itself takes. */
async function importing(modules: readonly string[]): Promise<number> {
  const all = modules.map((module) => `import(${JSON.stringify(module)})`).join(", ");
  const script = `const before = process.cpuUsage();
await Promise.all([${all}]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return Number(stdout);
}
