/* Everything that can go wrong, at random and for long: then heap, sockets, timers and listeners must not have grown. */
import { writeFileSync } from "node:fs";
import { Site } from "../../../playground/demo/site/site.ts";
import { Random } from "../../../playground/demo/random.ts";
import { UsageError } from "../../../playground/demo/usage-error.ts";
import { type Flags, flagsOf } from "./flags.ts";
import { Mayhem } from "./mayhem.ts";
import { plotOf } from "./plot.ts";
import { Sampler } from "./sampler.ts";
import { trendOf } from "./trend.ts";

const SAMPLES = 60;
const SHORTEST_PAUSE_MS = 5000;

async function soak({ minutes, seed, plot }: Flags): Promise<number> {
  const mayhem = new Mayhem(new Random(seed));
  const sampler = new Sampler(mayhem);
  const startedAt = performance.now();
  const end = startedAt + minutes * 60_000;
  const pause = Math.max((minutes * 60_000) / SAMPLES, SHORTEST_PAUSE_MS);
  console.log(`Soaking for ${minutes} min with seed ${seed}`);
  for (let next = startedAt + pause; performance.now() < end; next += pause) {
    // Platforms keep more and more about a host for as long as they know it, so each stretch has one of its own.
    const site = await Site.open();
    do await mayhem.bout(site);
    while (performance.now() < next);
    await mayhem.rest();
    console.log(await sampler.take(site));
    await site.close();
  }
  await mayhem.close();
  const trends = sampler.series().map(trendOf);
  writeFileSync(plot, plotOf(trends, `Soak of ${minutes} min, seed ${seed}`));
  for (const { name, summary } of trends) console.log(`${name}: ${summary}`);
  const broken = [
    ...mayhem.broken,
    ...trends.filter(({ isRising }) => isRising).map(({ name }) => `${name} is rising`),
  ];
  for (const fault of broken) console.error(`BROKEN: ${fault}`);
  console.log(
    `${mayhem.finished} tasks in ${mayhem.bouts} bouts, ${mayhem.retries} retries, ${mayhem.holds} holds. Plot: ${plot}`,
  );
  return broken.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await soak(flagsOf(process.argv.slice(2)));
} catch (error) {
  if (error instanceof UsageError) {
    console.error(error.message);
    process.exitCode = 2;
  } else {
    console.error(error);
    process.exitCode = 1;
  }
}
