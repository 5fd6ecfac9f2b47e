import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "esbuild";
import type { Plugin } from "vite";

/** What tells the time, or goes out. */
const REALM = ["fetch", "setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"];

/**
 * Two ways to import code that is written for the platform and no page:
 * - `import { on } from "./module.ts?on-clock"` is the module and all that it imports, line for line, in a function that is
 *   given what tells the time or goes out. So code that knows no clock but the platform's, and p-queue with it, lives by a
 *   virtual one.
 * - `import { text } from "./module.ts?text"` is the file, to be shown.
 */
export function rivalModules(): Plugin {
  return {
    name: "rival-modules",
    enforce: "pre",
    load: {
      filter: { id: /\?(?:on-clock|text)$/ },
      async handler(id) {
        const [file = "", query] = id.split("?");
        if (query === "text") return `export const text = ${JSON.stringify(await readFile(file, "utf8"))};`;
        const { outputFiles, metafile } = await build({
          entryPoints: [file],
          bundle: true,
          format: "iife",
          globalName: "made",
          target: "es2022",
          metafile: true,
          write: false,
        });
        for (const input of Object.keys(metafile.inputs)) this.addWatchFile(resolve(input));
        const [output] = outputFiles;
        return `export function on(realm) {\nconst { ${REALM.join(", ")} } = realm;\n${output?.text ?? ""}\nreturn made;\n}`;
      },
    },
  };
}
