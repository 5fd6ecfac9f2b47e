/* Lets slots tune themselves against servers of hidden capacity: see --help. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { writeBetweenMarkers } from "../readme.ts";
import { figuresOf } from "./figures.ts";
import { plotOf } from "./plot.ts";
import { type Log, run } from "./run.ts";
import { type Judged, judge, tableOf } from "./table.ts";
import { type World, worlds } from "./world.ts";

const USAGE = `Usage: npm run bench:adaptive -- [options]

  --seeds N     runs of each world: 20
  --only TEXT   worlds whose name has this text in it
  --write       writes the table into this folder's README.md and some of it into the README, and the plot to plot.svg here
  --help        this

Time is simulated: the figures are the same on every machine.`;

/** The worlds that the README tells of. */
const TOLD = new Set(["queues", "says 429", "long-tailed", "queues, two pools"].map((kind) => `C = 16, ${kind}`));

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const seeds = Number(values.seeds);
  if (!Number.isSafeInteger(seeds) || seeds < 1)
    throw new TypeError(`Expected --seeds to be a whole number from 1, got ${values.seeds}`);
  const judged: Judged[] = [];
  const drawn: { world: World; log: Log }[] = [];
  for (const world of worlds.filter(({ name }) => name.includes(values.only))) {
    console.error(`${world.name} …`);
    judged.push(await measure(world, seeds, drawn));
  }
  const table = tableOf(judged);
  console.log(table);
  if (values.write) {
    await writeFile(new URL("plot.svg", import.meta.url), plotOf(drawn));
    await writeBetweenMarkers(
      new URL("README.md", import.meta.url),
      `${seeds} seeds each: \`npm run bench:adaptive -- --write\`\n\n${table}`,
    );
    const told = judged.filter(({ world }) => TOLD.has(world.name));
    await writeBetweenMarkers(new URL("../../../README.md", import.meta.url), tableOf(told), "adaptive");
  }
}

async function measure(world: World, seeds: number, drawn: { world: World; log: Log }[]): Promise<Judged> {
  // What a fixed number makes of it once it has settled: as many slots as the server works on at once.
  const { idle: _, ...busy } = world;
  const steady: World = { ...busy, before: world.capacity, pools: [0], from: 5000, until: 45_000 };
  const fixed = figuresOf(steady, await run(steady, 1, world.best ?? world.capacity));
  const runs = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const logs = await run(world, seed);
    runs.push(figuresOf(world, logs));
    // One of each kind that changes over time is drawn.
    if (seed === 1 && world.name.startsWith("C = 16") && world.changesAt !== undefined && logs[0])
      drawn.push({ world, log: logs[0] });
  }
  return judge(world, runs, fixed);
}
