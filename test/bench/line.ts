import { medianOf, ratioOf, type Samples } from "./rounds.ts";
import type { Line, Target } from "./row.ts";

/** The line of a contender, beside that of another; beside nothing when it is the other itself. */
export function lineOf(samples: Samples, name: string, peer: string, unit: string, target?: Target): Line {
  const line = { work: name, unit, measured: medianOf(samples, name) };
  if (name === peer) return line;
  const value = medianOf(samples, peer);
  const beside = { ...line, peer: { name: peer, value }, ratio: ratioOf(samples, name, peer) };
  return target === undefined ? beside : { ...beside, target };
}
