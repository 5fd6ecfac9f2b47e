import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { fileOf, root, subPaths } from "./installation.ts";

/** The rooms of the house, and which others each may import from. The doors, on top, import from all. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  api: [],
  lib: ["api"],
  core: ["api", "lib"],
  handlers: ["api", "lib"],
  listeners: ["api", "lib"],
  traffic: ["api", "lib"],
  engines: ["api", "lib"],
  lab: ["api", "lib"],
};

/** Where each package may be imported. */
const PACKAGES: Readonly<Record<string, string>> = {
  "p-queue": "core/scheduler/",
  eventemitter3: "core/reporter.ts",
  ky: "handlers/ky.ts",
  "@opentelemetry/api": "listeners/otel.ts",
};

/** The only place that looks at what a runtime may lack. */
const RUNTIME = "lib/runtime/";

/** What every runtime has. */
const GLOBALS: ReadonlySet<string> = new Set(
  `Array ArrayBuffer Boolean Error Float64Array Infinity JSON Map Math NaN Number Object Promise Proxy RangeError Reflect Set String
  Symbol Symbol.asyncIterator Symbol.for Symbol.iterator TypeError Uint8Array WeakMap WeakRef WeakSet undefined
  AbortController Blob DOMException Date FormData Headers ReadableStream Request Response TextEncoder URL URLSearchParams WritableStream`.split(
    /\s+/,
  ),
);

const LONGEST_FILE = 230;

const src = join(root, "src");
const { options, fileNames } = readConfig();
const program = ts.createProgram(fileNames, options);
const checker = program.getTypeChecker();
const sources = program.getSourceFiles().filter(({ fileName }) => normalize(fileName).startsWith(src));
const imports = new Map(sources.map((source) => [nameOf(source), importsOf(source)]));
const files = [...imports.keys()];

test("a file imports from its own room and from those to its left: api ← lib ← core, and the others from api and lib", () => {
  const mayImport = (name: string, imported: string): boolean => {
    const [from, to] = [roomOf(name), roomOf(imported)];
    return from === "" || from === to || ROOMS[from]?.includes(to) === true;
  };
  expect(files.map(roomOf).filter((room) => room !== "" && ROOMS[room] === undefined)).toEqual([]);
  expect(importsThat((name, imported) => !mayImport(name, imported))).toEqual([]);
});

test("no file imports itself in a circle, types included", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) circles.push([...path.slice(path.indexOf(name)), name].join(" → "));
    else if (!done.has(name)) for (const imported of insideOf(name)) visit(imported, [...path, name]);
    done.add(name);
  };
  for (const name of files) visit(name, []);
  expect(circles).toEqual([]);
});

test("each package is imported in one place", () => {
  const astray = files.flatMap((name) =>
    outsideOf(name)
      .filter((imported) => !name.startsWith(PACKAGES[imported] ?? "nowhere"))
      .map((imported) => `${name} → ${imported}`),
  );
  expect(astray).toEqual([]);
});

test("only lib/runtime looks at what a runtime may lack", () => {
  const astray = sources
    .filter((source) => !nameOf(source).startsWith(RUNTIME))
    .flatMap((source) => globalsOf(source).map((global) => `${nameOf(source)}: ${global}`));
  expect(astray).toEqual([]);
});

test("nothing is exported by default", () => {
  expect(sources.filter(hasDefault).map(nameOf)).toEqual([]);
});

test(`a file is about one noun, so it has ${LONGEST_FILE} lines at most`, () => {
  const lengths = sources.map((source) => `${nameOf(source)}: ${source.text.split("\n").length - 1}`);
  expect(lengths.filter((line) => Number(line.split(": ")[1]) > LONGEST_FILE)).toEqual([]);
});

test("every sub-path of package.json is a door on the top floor", () => {
  const doors = subPaths.map((subPath) => `${fileOf(subPath)}.ts`);
  expect(doors.filter((door) => !existsSync(join(src, door)))).toEqual([]);
});

test.each(subPaths)("everything that the door %s exports has a doc comment", (subPath) => {
  const module = checker.getSymbolAtLocation(sourceOf(`${fileOf(subPath)}.ts`));
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  expect(exported.length).toBeGreaterThan(0);
  const bare = exported.filter((symbol) => origin(symbol).getDocumentationComment(checker).length === 0);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test("every folder of src has one line in the map of the house, and the map names no other", () => {
  const folders = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${relative(src, join(entry.parentPath, entry.name))}/`);
  const map = readFileSync(join(src, "README.md"), "utf8");
  const mapped = Array.from(map.matchAll(/^\| `([\w/]+\/)` \|/gm), ([, folder = ""]) => folder);
  expect(mapped.toSorted()).toEqual(folders.toSorted());
});

/** The room that a file is in; "" for the top floor. */
function roomOf(name: string): string {
  return name.includes("/") ? name.slice(0, name.indexOf("/")) : "";
}

function hasDefault(source: ts.SourceFile): boolean {
  return checker.getSymbolAtLocation(source)?.exports?.has(ts.InternalSymbolName.Default) === true;
}

function isInside(specifier: string): boolean {
  return specifier.startsWith(".");
}

const insideOf = (name: string): readonly string[] => imports.get(name)?.inside ?? [];
const outsideOf = (name: string): readonly string[] => imports.get(name)?.outside ?? [];

/** The imports inside src that are so, each as a line. */
function importsThat(areSo: (name: string, imported: string) => boolean): string[] {
  return files.flatMap((name) =>
    insideOf(name)
      .filter((imported) => areSo(name, imported))
      .map((imported) => `${name} → ${imported}`),
  );
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
function importsOf(source: ts.SourceFile): { readonly inside: readonly string[]; readonly outside: readonly string[] } {
  const specifiers = ts.preProcessFile(source.text, true, true).importedFiles.map(({ fileName }) => fileName);
  return {
    inside: specifiers.filter(isInside).map((specifier) => join(dirname(nameOf(source)), specifier)),
    outside: specifiers.filter((specifier) => !isInside(specifier)),
  };
}

/** The globals that a file uses as values, and a runtime may lack. */
function globalsOf(source: ts.SourceFile): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (isTypeOnly(node)) return;
    if (ts.isIdentifier(node) && !isName(node) && isGlobal(node)) for (const name of lookUp(node)) found.add(name);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found].filter((name) => !GLOBALS.has(name));
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

/** What is looked up by an identifier: on `globalThis` and `Symbol`, the properties; by a computed name, each that may be. */
function lookUp({ text, parent }: ts.Identifier): string[] {
  const prefix = text === "globalThis" ? "" : `${text}.`;
  if (text !== "globalThis" && text !== "Symbol") return [text];
  if (ts.isPropertyAccessExpression(parent)) return [prefix + parent.name.text];
  if (!ts.isElementAccessExpression(parent)) return [text];
  const key = checker.getTypeAtLocation(parent.argumentExpression);
  const literals = key.isUnion() ? key.types : [key];
  return literals.map((type) => (type.isStringLiteral() ? prefix + type.value : text));
}

function origin(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
