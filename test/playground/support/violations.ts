import { createRequire } from "node:module";
import type { PlaygroundPage } from "./playground-page.ts";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** The part of axe that is used here. */
interface Axe {
  run(options: object): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
    }[];
  }>;
}

/** What axe finds on the page as it stands. */
export async function violationsOn({ page }: PlaygroundPage): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.addScriptTag({ path: axe });
  return page.evaluate(async () => {
    // Half-way from one colour to another nothing has the contrast that it will have.
    await Promise.all(document.getAnimations().map(({ finished }) => finished));
    const { axe: tool } = globalThis as unknown as { axe: Axe };
    // Targets of 24 px (WCAG 2.5.8) are not looked at unless they are asked for.
    const result = await tool.run({ rules: { "target-size": { enabled: true } } });
    return result.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  });
}
