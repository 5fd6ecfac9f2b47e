/* For `deno test`: a test per case, so that its sanitizers look at each. */
import * as httppool from "httppool";
import { adaptive } from "httppool/adaptive";
import { breakerHandler } from "httppool/breaker";
import * as lab from "httppool/lab";
import { lanes } from "httppool/lanes";
import * as lean from "httppool/lean";
import { retry } from "httppool/retry";
import { applicable, contract, runOne } from "../contract/contract.ts";
import type { Order } from "./run.ts";

declare const Deno: {
  readonly args: readonly string[];
  test(test: {
    readonly name: string;
    readonly sanitizeOps: true;
    readonly sanitizeResources: true;
    readonly fn: () => Promise<void>;
  }): void;
};

const parts = { adaptive, breakerHandler, lab, lanes, retry };
const { site, features } = JSON.parse(Deno.args[0] ?? "") as Order;
for (const door of ["httppool", "lean"] as const) {
  for (const item of applicable(contract, features)) {
    Deno.test({
      name: `${door}: ${item.name}`,
      sanitizeOps: true,
      sanitizeResources: true,
      fn: async () => {
        const result = await runOne(item, { doors: { httppool, lean }, door, parts, site, features });
        if (!result.passed) throw new Error(result.error);
      },
    });
  }
}
