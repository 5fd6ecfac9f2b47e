import { createRequire } from "node:module";
import type { PlaygroundPage } from "./playground-page.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The part of axe that is used here. */
interface Axe {
  run(): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

/** What axe finds on the page as it stands. */
export async function violationsOn({ page }: PlaygroundPage): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as { axe: Axe };
    const result = await tool.run();
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  });
}
