/* What a child process runs: one measurement, told to the parent. */
import type { Probe } from "./child.ts";

const [name, input] = process.argv.slice(2);
const { probe } = (await import(`./rows/${name}.ts`)) as { probe: Probe<object, unknown> };
process.send?.(await probe(JSON.parse(input ?? "{}") as object));
