import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Features } from "../contract/contract.ts";
import { ROOT } from "../stage.ts";
import { packaged } from "./command.ts";
import { FEATURES, type Runtime } from "./runtime.ts";
import { watch } from "./watch.ts";

const EDGE_FEATURES: Features = FEATURES;

/** What a guide tells its users to write: p-queue needs a class that this runtime lacks. */
const USERS_LINE = "globalThis.CustomEvent ??= class CustomEvent extends Event {};";

export const edge: Runtime = {
  id: "edge-runtime",
  name: "Vercel edge-runtime",
  find: async () => {
    const path = packaged("edge-runtime", "package.json");
    if (path === undefined) return { missing: "npm i -D edge-runtime" };
    const { version } = JSON.parse(await readFile(path, "utf8")) as { readonly version: string };
    return { path, version };
  },
  forms: [
    {
      name: "IIFE bundle",
      run: async ({ folder, site }) => {
        const script = join(folder, "edge.js");
        await build({
          entryPoints: [join(folder, "page.js")],
          outfile: script,
          absWorkingDir: folder,
          bundle: true,
          format: "iife",
          conditions: ["edge-light"], // as Vercel's bundlers say
          platform: "browser",
          target: "es2022",
          logLevel: "warning",
        });
        const { EdgeRuntime } = await import("edge-runtime");
        const runtime = new EdgeRuntime();
        const guide = await readFile(join(ROOT, "playground/guides/workers.md"), "utf8");
        if (!guide.includes(USERS_LINE)) throw new Error(`The guide to Workers does not say: ${USERS_LINE}`);
        runtime.evaluate(USERS_LINE);
        runtime.evaluate(await readFile(script, "utf8"));
        const evaluate = (expression: string): Promise<unknown> => Promise.resolve(runtime.evaluate(expression));
        return await watch(evaluate, { site, features: EDGE_FEATURES }, () => "");
      },
    },
  ],
};
