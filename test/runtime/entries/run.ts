/* What each runtime runs: the package, by its name, and the contract. */
import * as httppool from "httppool";
import { adaptive } from "httppool/adaptive";
import { breakerHandler } from "httppool/breaker";
import * as lab from "httppool/lab";
import { lanes } from "httppool/lanes";
import * as lean from "httppool/lean";
import { retry } from "httppool/retry";
import type { Site } from "../server.ts";
import { applicable, contract, type Door, type Features, type Result, runOne } from "../contract/contract.ts";

/** What a runner tells its runtime. */
export interface Order {
  readonly site: Site;
  readonly features: Features;
}

const parts = { adaptive, breakerHandler, lab, lanes, retry };

/** Both doors, in the order they are gone through. */
export const DOORS: readonly Door[] = ["httppool", "lean"];

/** Goes through both doors with the whole contract. `onResult` hears of each case as it is done. */
export async function run(
  { site, features }: Order,
  onResult: (result: Result) => void = () => undefined,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const door of DOORS) {
    for (const item of applicable(contract, features)) {
      const result = await runOne(item, { doors: { httppool, lean }, door, parts, site, features });
      results.push({ ...result, name: `${door}: ${result.name}` });
      onResult(result);
    }
  }
  return results;
}
