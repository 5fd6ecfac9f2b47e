import { readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { root, subPaths } from "./installation.ts";

/**
 * The house, from the ground up. A line may import from the lines above it, types included, and the files of one line
 * don't import each other.
 */
const HOUSE: readonly (readonly string[])[] = [
  // L0: words
  ["expect.ts"],
  ["task.ts"],
  ["handler.ts"],
  ["events.ts"],
  ["errors.ts"],
  ["clock.ts"],
  ["options.ts"],
  ["runtime.ts"],
  ["request.ts"],
  ["signals.ts"],
  ["pool.ts"],
  // L1: parts. What only one of them is made of stands before them, the lowest first.
  ["handlers/breaker/call.ts", "handlers/breaker/circuits.ts", "handlers/breaker/heed.ts"],
  ["handlers/breaker/trial.ts"],
  ["handlers/breaker/watch.ts"],
  ["handlers/breaker/settings.ts", "listeners/histogram.ts"],
  [
    "normalize.ts",
    "tasks.ts",
    "channel.ts",
    "slots.ts",
    "emitter.ts",
    "body.ts",
    "lazy-signal.ts",
    "lingering.ts",
    "shapes.ts",
    "handlers/ky.ts",
    "handlers/fetch.ts",
    "handlers/breaker.ts",
    "listeners/health.ts",
    "listeners/otel.ts",
  ],
  // L2: assembly
  ["entry.ts"],
  ["intake.ts"],
  ["entrance.ts", "finish-event.ts", "host.ts"],
  ["transaction.ts"],
  ["tracked-response.ts", "map-run.ts"],
  ["pooled-fetch.ts", "pooled-map.ts", "pooled-writable.ts"],
  ["dispatcher.ts"],
  // L3: doors
  ["client.ts"],
  ["words.ts"],
  ["lean.ts", "index.ts", "breaker.ts", "health.ts", "otel.ts"],
];

/** The packages that may be imported, each by one file. */
const PACKAGES: Readonly<Record<string, string>> = {
  "dispatcher.ts": "p-queue",
  "emitter.ts": "eventemitter3",
  "handlers/ky.ts": "ky",
  "listeners/otel.ts": "@opentelemetry/api",
};

/** What every runtime has, at run time. What only some have is looked for in runtime.ts alone. */
const GLOBALS: ReadonlySet<string> = new Set(
  `Array Error Infinity JSON Map Math NaN Number Object Promise Proxy Reflect Set String Symbol.asyncIterator Symbol.for
  Symbol.iterator TypeError Uint8Array WeakMap WeakSet undefined
  AbortController DOMException Date ReadableStream Request Response URL WritableStream performance queueMicrotask`.split(
    /\s+/,
  ),
);

/** The system clock looks its timers up at each call, so that fake timers are seen. */
const TIMERS: ReadonlySet<string> = new Set(["globalThis.setTimeout", "globalThis.clearTimeout"]);

const LONGEST_FILE = 230;

const src = join(root, "src");
const { options, fileNames } = readConfig();
const program = ts.createProgram(fileNames, options);
const checker = program.getTypeChecker();
const sources = program.getSourceFiles().filter(({ fileName }) => normalize(fileName).startsWith(src));
const files = sources.map(nameOf);

describe.each(sources.map((source) => ({ name: nameOf(source), source })))("src/$name", ({ name, source }) => {
  test("imports from the lines above its own only", () => {
    expect(importsOf(source).inside.filter((imported) => !(lineOf(imported) < lineOf(name)))).toEqual([]);
  });

  test("imports nothing that another part is made of", () => {
    // What is in handlers/breaker/ is for handlers/breaker.ts and its like alone.
    const folders = importsOf(source)
      .inside.map((imported) => dirname(imported))
      .filter((folder) => folder.includes("/"));
    expect(folders.filter((folder) => !name.startsWith(folder))).toEqual([]);
  });

  test("imports no package but its own", () => {
    expect(importsOf(source).outside.filter((imported) => imported !== PACKAGES[name])).toEqual([]);
  });

  test("has no default export", () => {
    const module = checker.getSymbolAtLocation(source);
    expect(module?.exports?.has(ts.InternalSymbolName.Default)).toBe(false);
  });

  test("is about one noun, so it is short", () => {
    expect(source.text.split("\n").length - 1).toBeLessThanOrEqual(LONGEST_FILE);
  });
});

test.each(files.filter((name) => name !== "runtime.ts"))("src/%s touches nothing that a runtime may lack", (name) => {
  const timers = name === "clock.ts" ? TIMERS : new Set<string>();
  const used = globalsOf(sourceOf(name));
  expect(used.filter((global) => !GLOBALS.has(global) && !timers.has(global))).toEqual([]);
});

test("every file of src has one place in the house", () => {
  expect(sorted(HOUSE.flat())).toEqual(sorted(files));
});

test("every file of src has a line in the map of the house, and the map names no other", () => {
  const table =
    readFileSync(join(src, "README.md"), "utf8")
      .match(/^\|.*$/gm)
      ?.join("\n") ?? "";
  const mapped = Array.from(table.matchAll(/`([\w/-]+(?:\.ts|\/\*))`/g), ([, name = ""]) => name);
  expect(files.filter((name) => !mapped.some((entry) => covers(entry, name)))).toEqual([]);
  expect(mapped.filter((entry) => !files.some((name) => covers(entry, name)))).toEqual([]);
});

test("every sub-path is a door on the top floor", () => {
  const doors = subPaths.map((subPath) => (subPath === "." ? "index.ts" : `${subPath.slice(2)}.ts`));
  expect(sorted(HOUSE.at(-1) ?? [])).toEqual(sorted(doors));
});

test.each(HOUSE.at(-1) ?? [])("everything that %s exports has a doc comment", (door) => {
  const module = checker.getSymbolAtLocation(sourceOf(door));
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  expect(exported.length).toBeGreaterThan(0);
  const bare = exported.filter((symbol) => origin(symbol).getDocumentationComment(checker).length === 0);
  expect(bare.map((symbol) => symbol.name)).toEqual([]);
});

function sorted(names: readonly string[]): string[] {
  return names.toSorted((one, other) => one.localeCompare(other));
}

/** Whether an entry of the map is about a file: about it alone, or about all in its folder. */
function covers(entry: string, name: string): boolean {
  return entry === name || entry === `${dirname(name)}/*`;
}

/** Where a file stands in the house; NaN when nowhere. */
function lineOf(name: string): number {
  const line = HOUSE.findIndex((names) => names.includes(name));
  return line === -1 ? Number.NaN : line;
}

function readConfig(): ts.ParsedCommandLine {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: object;
  };
  return ts.parseJsonConfigFileContent(config, ts.sys, root);
}

function sourceOf(name: string): ts.SourceFile {
  const source = program.getSourceFile(join(src, name));
  if (source === undefined) throw new Error(`There is no src/${name}`);
  return source;
}

function nameOf(source: ts.SourceFile): string {
  return relative(src, source.fileName).replaceAll("\\", "/");
}

/** All that a file imports, in whatever way: files of src by name, and packages. */
function importsOf(source: ts.SourceFile): { readonly inside: string[]; readonly outside: string[] } {
  const specifiers = ts.preProcessFile(source.text, true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    inside: specifiers.filter(isInside).map((specifier) => join(dirname(nameOf(source)), specifier)),
    outside: specifiers.filter((specifier) => !isInside(specifier)),
  };
}

function isInside(specifier: string): boolean {
  return specifier.startsWith(".");
}

/**
 * The globals that a file uses as values. What is looked up on `globalThis` comes as `globalThis.name`, unless every
 * runtime has it, and what is looked up on `Symbol` likewise.
 */
function globalsOf(source: ts.SourceFile): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isTypeOnly(node)) return;
    if (ts.isIdentifier(node) && !isName(node) && isGlobal(node)) found.add(lookUp(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found];
}

/** Whether nothing of it is left at run time. */
function isTypeOnly(node: ts.Node): boolean {
  if (ts.isHeritageClause(node)) return node.token === ts.SyntaxKind.ImplementsKeyword;
  // What a class extends counts as a type node too.
  if (ts.isTypeNode(node)) return !ts.isExpressionWithTypeArguments(node);
  const isDeclared = ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(isDeclare) === true;
  return isDeclared || TYPE_ONLY.has(node.kind);
}

const isDeclare = ({ kind }: ts.Modifier): boolean => kind === ts.SyntaxKind.DeclareKeyword;

const TYPE_ONLY: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.ImportDeclaration,
  ts.SyntaxKind.ExportDeclaration,
]);

/** Whether an identifier only names a property, or what is declared here. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isShorthandPropertyAssignment(parent)) return false;
  if (ts.isBindingElement(parent)) return parent.name === node || parent.propertyName === node;
  return "name" in parent && parent.name === node;
}

function isGlobal(node: ts.Identifier): boolean {
  const symbol = ts.isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  const declarations = symbol?.declarations ?? [];
  return !declarations.some((declaration) => sources.includes(declaration.getSourceFile()));
}

function lookUp({ text, parent }: ts.Identifier): string {
  if (!ts.isPropertyAccessExpression(parent) || (text !== "globalThis" && text !== "Symbol")) return text;
  const { text: name } = parent.name;
  return text === "globalThis" && GLOBALS.has(name) ? name : `${text}.${name}`;
}

function origin(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
