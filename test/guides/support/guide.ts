import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll } from "vitest";

/** The project's own folder. */
export const ROOT: string = fileURLToPath(new URL("../../..", import.meta.url));

const GUIDES = join(ROOT, "playground", "guides");

/** Every guide, by name. */
export const names: readonly string[] = readdirSync(GUIDES)
  .filter((file) => file.endsWith(".md") && file !== "README.md")
  .map((file) => file.slice(0, -".md".length));

/** The code of a guide, as a reader has it who copies it into a project. */
export interface Guide {
  readonly folder: string;
  /** The text of each file. */
  readonly files: ReadonlyMap<string, string>;
  /** Imports a file. The caller says what it exports; that its types are right, the compiler says in `compile.test.ts`. */
  load<Module>(file: string): Promise<Module>;
}

/** Writes the files that a guide shows into a project of their own, until the tests of this file end. */
export function useGuide(name: string): Guide {
  const files = filesOf(name);
  const folder = useProject(files);
  return { folder, files, load: (file) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href) };
}

/** What stands in fences that begin with "```ts" and the name of a file. @throws {Error} A fence of code has no name. */
export function filesOf(name: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(GUIDES, `${name}.md`), "utf8");
  const fences = Array.from(text.matchAll(/^```(?:ts|js)\b *(.*)\n([^]*?)^```$/gm));
  const files = new Map(fences.map(([, file = "", code = ""]) => [file, code]));
  if (files.has("")) throw new Error(`A fence of ${name}.md has no name, like the one of "\`\`\`ts after.ts"`);
  if (files.size < fences.length) throw new Error(`Two fences of ${name}.md have one name`);
  return files;
}

/** Makes a project with these files, this package as it is built, and all others that a reader may have. @returns Its folder. */
export function useProject(files: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "httppool-guide-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of [["package.json", '{ "type": "module" }'], ...files] as const) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const modules = join(ROOT, "node_modules");
  mkdirSync(join(folder, "node_modules"));
  for (const name of readdirSync(modules)) symlinkSync(join(modules, name), join(folder, "node_modules", name));
  symlinkSync(ROOT, join(folder, "node_modules", "httppool"));
  return folder;
}
