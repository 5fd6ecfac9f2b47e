import { join } from "node:path";
import { expect, test } from "vitest";
import { run } from "../package/installation.ts";
import { filesOf, names, ROOT, useProject } from "./support/guide.ts";

const compilerOptions = {
  target: "ES2022",
  module: "nodenext",
  lib: ["ES2024", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  moduleDetection: "force",
  // The types of the packages that one comes from are as they are.
  skipLibCheck: true,
  noEmit: true,
};

const shown = names.flatMap((name) => Array.from(filesOf(name), ([file, text]) => [`${name}/${file}`, text] as const));
const tsconfig = JSON.stringify({ compilerOptions, include: ["*/*.ts"] });
const folder = useProject(new Map([...shown, ["tsconfig.json", tsconfig]]));

test("what the guides show compiles, as strictly as a reader may want it", async () => {
  expect(shown.length).toBeGreaterThan(20);
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  expect(await run(process.execPath, [tsc, "-p", "."], folder)).toEqual({ code: 0, stdout: "", stderr: "" });
});
