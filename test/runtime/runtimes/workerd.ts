import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import type { Features, Result } from "../contract/contract.ts";
import { ROOT } from "../stage.ts";
import { FEATURES, type Form, type Found, type Missing, type Runtime } from "./runtime.ts";

/** What workerd is asked to be like. A date in the future is refused. */
export const COMPATIBILITY_DATE = "2026-07-01";

export const workerd: Runtime = {
  id: "workerd",
  name: "workerd",
  find: findWorkerd,
  forms: [
    form("esbuild bundle", [], FEATURES),
    form("esbuild bundle, nodejs_compat", ["nodejs_compat"], { ...FEATURES, asyncContext: true }),
  ],
};

/** Where Cloudflare's runtime is: it comes with miniflare. */
export async function findWorkerd(): Promise<Found | Missing> {
  try {
    const require = createRequire(createRequire(join(ROOT, "package.json")).resolve("miniflare"));
    const path = require.resolve("workerd/package.json");
    const { version } = JSON.parse(await readFile(path, "utf8")) as { readonly version: string };
    return { path, version };
  } catch {
    return { missing: "npm i -D miniflare" };
  }
}

function form(name: string, compatibilityFlags: string[], features: Features): Form {
  return {
    name,
    run: async ({ folder, site }) => {
      const script = join(folder, `workerd-${compatibilityFlags.join("-")}.mjs`);
      await build({
        entryPoints: [join(folder, "worker.js")],
        outfile: script,
        absWorkingDir: folder,
        bundle: true,
        format: "esm",
        platform: "browser",
        conditions: ["workerd", "worker", "browser"],
        external: ["node:*"],
        target: "es2022",
        logLevel: "warning",
      });
      const { convertV4MiniflareOptions, Miniflare } = await import("miniflare");
      const options = {
        compatibilityDate: COMPATIBILITY_DATE,
        compatibilityFlags,
        modules: [{ type: "ESModule" as const, path: script, contents: await readFile(script, "utf8") }],
        modulesRoot: folder,
      };
      const miniflare = new Miniflare(convertV4MiniflareOptions(options));
      try {
        const body = JSON.stringify({ site, features });
        const response = await miniflare.dispatchFetch("http://worker/", { method: "POST", body });
        return (await response.json()) as readonly Result[];
      } finally {
        await miniflare.dispose();
      }
    },
  };
}
