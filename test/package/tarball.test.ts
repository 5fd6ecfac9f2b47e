import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dependencies, install, type Installation, peers, root, run, specifierOf, subPaths } from "./installation.ts";

let installation: Installation;
let home: string;

beforeAll(() => {
  installation = install(dependencies);
  home = join(installation.folder, "node_modules", "httppool");
});

afterAll(() => installation.remove());

/** The files of the package that end so, by name, with their text. */
function texts(...endings: string[]): [name: string, text: string][] {
  return readdirSync(home, { recursive: true, encoding: "utf8" })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => [name, readFileSync(join(home, name), "utf8")]);
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

test("publint finds nothing to say", async () => {
  const tarball = readFileSync(installation.tarball);
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
});

test("Are The Types Wrong says that they are right, for imports and for require()", async () => {
  const attw = join(root, "node_modules", ".bin", "attw");
  const args = [attw, installation.tarball, "--profile", "node16", "--no-color", "--no-emoji", "--format", "ascii"];
  const { code, stdout } = await run(process.execPath, args, root);
  expect(code, stdout).toBe(0);
  expect(stdout.match(/(?<=^ ?")httppool[^"]*/gm)).toEqual([...subPaths.map(specifierOf), "httppool/package.json"]);
});

test("the tarball holds what was built, and no sources, maps or tests", () => {
  const names = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1));
  const unexpected = names.filter((name) => !/^dist\/[\w-]+\.(?:c?js|d\.c?ts)$/.test(name));
  expect(unexpected.toSorted()).toEqual(["LICENSE", "README.md", "dist/THIRD-PARTY.txt", "package.json"]);
});

test("the types mention nothing that a consumer may lack", () => {
  const foreign = /\b(?:from|import) ?\(?['"](?!\.)([^'"]*)|<reference|\b(?:RequestInfo|AsyncDisposable|NodeJS)\b/;
  const isForeign = (line: string): boolean => {
    const [found, name = ""] = foreign.exec(line) ?? [];
    return found !== undefined && !peers.includes(name);
  };
  const lines = texts(".d.ts", ".d.cts").flatMap(([name, text]) => text.split("\n").map((line) => `${name}: ${line}`));
  const isComment = /: +(?:\*|\/\*)/;
  expect(lines.filter((line) => isForeign(line) && !isComment.test(line))).toEqual([]);
});

test("no file of it loads a module of Node's", () => {
  const loads =
    /\b(?:require\(|from |import )["'](?:node:|(?:async_hooks|events|fs|http|process|stream|timers|util)["'])/;
  expect(texts(".js", ".cjs").filter(([, text]) => loads.test(text))).toEqual([]);
});

test("everything that is bundled in brings its licence along", () => {
  const notices = words(texts(".txt").join());
  const folder = join(installation.folder, "node_modules");
  const bundled = readdirSync(folder).filter((name) => name !== "httppool");
  const unnamed = bundled.filter((name) => {
    const licence = readdirSync(join(folder, name)).find((entry) => /^licen[cs]e/i.test(entry)) ?? "";
    return !notices.includes(words(readFileSync(join(folder, name, licence), "utf8")));
  });
  expect({ bundled, unnamed }).toEqual({ bundled: expect.arrayContaining(["ky", "p-queue"]) as unknown, unnamed: [] });
});
