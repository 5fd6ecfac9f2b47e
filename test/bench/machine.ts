import { cpus, totalmem } from "node:os";

/** What it was measured on. */
export function machine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() ?? "unknown CPU";
  const gib = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${cores.length} cores, ${gib} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}
