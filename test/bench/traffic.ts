/* What an angry host costs the others, and what a sick one gets: `node test/bench/traffic.ts [--write]`. */
import { compare } from "./comparison.ts";
import { machine } from "./machine.ts";
import { writeBetweenMarkers } from "./readme.ts";

const conducts = [...(await compare(2, 5, 3))];
const lines = conducts.map(([name, { early, alone, beside, requests }]) => {
  const [seconds, least] = [beside, alone].map((ms) => (ms / 1000).toFixed(2));
  return `| ${name} | ${early} | ${seconds} s (${least} s alone) | ${requests.toFixed(2)} |`;
});
const text = [
  `${new Date().toISOString().slice(0, 10)}, ${machine()}: \`node test/bench/traffic.ts\``,
  "",
  "| way | requests during 2 s of quiet | time for another host's 900 tasks | requests a task to a host that fails for 5 s |",
  "|---|---|---|---|",
  ...lines,
].join("\n");
console.log(text);
if (process.argv.includes("--write")) {
  await writeBetweenMarkers(new URL("../../playground/guides/several-hosts.md", import.meta.url), text, "traffic");
}
