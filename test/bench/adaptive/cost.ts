/* What a sample costs `adaptive()`: `node --expose-gc test/bench/adaptive/cost.ts`. */
import { adaptive } from "../../../src/adaptive.ts";
import type { LimitSample } from "../../../src/lean.ts";
import { median } from "../statistics.ts";

const SAMPLES = 2_000_000;
const ROUNDS = 7;

const clock = { now: () => performance.now(), setTimeout: () => undefined, clearTimeout: () => undefined };
const limit = adaptive({ max: 200 }).limit({
  clock,
  logger: console,
  lane: undefined,
  period: 0,
  changed: () => undefined,
});
const sample: { -readonly [Key in keyof LimitSample]: LimitSample[Key] } = {
  ms: 0.5,
  now: 0.5,
  status: 200,
  error: undefined,
  running: 0,
  resting: 0,
};

function round(): void {
  for (let index = 0; index < SAMPLES; index++) {
    // Times that differ, so that windows are of all kinds.
    sample.ms = 40.5 + (index % 21);
    sample.running = limit.current;
    limit.sample?.(sample);
  }
}

round();
const times: number[] = [];
const bytes: number[] = [];
for (let index = 0; index < ROUNDS; index++) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const startedAt = performance.now();
  round();
  times.push(((performance.now() - startedAt) * 1e6) / SAMPLES);
  bytes.push((process.memoryUsage().heapUsed - before) / SAMPLES);
}
console.log(
  `${median(times).toFixed(0)} ns and ${median(bytes).toFixed(2)} bytes a sample (medians of ${ROUNDS} rounds of ${SAMPLES})`,
);
