import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./installation.ts";

const read = (file: string): string => readFileSync(join(root, file), "utf8");

const support = read(".github/SUPPORT.md");

/** The rows of a table in Markdown, cell by cell, without its head. */
const rowsOf = (text: string): string[][] =>
  Array.from(text.matchAll(/^\|(.*)\|$/gm), ([, row = ""]) => row.split("|").map((cell) => cell.trim())).slice(2);

const supported = rowsOf(support);

test("the runtimes that are supported are those that the contract suite runs in, in that order", () => {
  const [, table = ""] = /<!-- runtimes:start -->\n(.*?)<!-- runtimes:end -->/s.exec(read("README.md")) ?? [];
  const tested = rowsOf(table).map(([name]) => name);
  expect(tested).toContain("Deno");
  expect(supported.map(([name]) => name)).toEqual(tested);
});

test("Node is supported from the version that package.json names", () => {
  const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
  const [, from] = supported.find(([name]) => name?.startsWith("Node")) ?? [];
  expect(`>=${from}`).toBe(engines.node);
});

test("every runtime has an end, and Node's is a day", () => {
  expect(supported.filter(([, , , until]) => !until)).toEqual([]);
  const ends = supported.filter(([name]) => name?.startsWith("Node")).map(([, , , until]) => until?.slice(0, 10));
  expect(ends).toEqual(ends.map(() => expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as unknown));
});

const guides = readdirSync(join(root, "playground/guides")).map((file) => `playground/guides/${file}`);

test.each(["SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", ".github/SUPPORT.md", "README.md", ...guides])(
  "%s links to files that are there",
  (file) => {
    const links = Array.from(read(file).matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, link = ""]) => link);
    const folder = file.includes("/") ? join(root, file, "..") : root;
    expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
  },
);

test("the README is read in one go: it has under 300 lines", () => {
  expect(read("README.md").split("\n").length - 1).toBeLessThan(300);
});
