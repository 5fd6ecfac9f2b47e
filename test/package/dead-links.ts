/* Looks for what a site asks for and does not have: `node test/package/dead-links.ts FOLDER` fails where there is something. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { type DefaultTreeAdapterTypes, parse } from "parse5";

/** What is wrong with a site. */
export interface Findings {
  /** How many links and sources there are. */
  readonly count: number;
  /** Links to files or places in them that are not there, or from the top of a host: a site works in any folder. */
  readonly dead: readonly string[];
  /** What a page loads from elsewhere, unasked. */
  readonly foreign: readonly string[];
}

interface Page {
  readonly links: readonly string[];
  readonly loaded: readonly string[];
  readonly ids: ReadonlySet<string>;
}

/** Reads each page of a site, and looks up where its links lead to. */
export function inspect(site: string): Findings {
  const files = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  const pages = new Map(files.map((name) => [name, read(readFileSync(join(site, name), "utf8"))]));
  const dead: string[] = [];
  const foreign: string[] = [];
  let count = 0;
  for (const [name, { links, loaded }] of pages) {
    for (const source of loaded) if (/^(?:[a-z]+:)?\/\//i.test(source)) foreign.push(`${name}: ${source}`);
    for (const link of [...links, ...loaded]) {
      count += 1;
      if (!/^(?:https?|mailto|data):/.test(link) && !isThere(site, pages, name, link)) dead.push(`${name}: ${link}`);
    }
  }
  return { count, dead, foreign };
}

function isThere(site: string, pages: ReadonlyMap<string, Page>, from: string, link: string): boolean {
  const [path = "", anchor = ""] = link.split("#");
  if (path.startsWith("/")) return false;
  const [file = ""] = path.split("?");
  // What a server gives for a folder.
  const whole = file.endsWith("/") ? `${file}index.html` : file;
  const name = path === "" ? from : normalize(join(dirname(from), decodeURIComponent(whole)));
  const page = pages.get(name);
  if (page === undefined || anchor === "") return existsSync(join(site, name)) && statSync(join(site, name)).isFile();
  return page.ids.has(decodeURIComponent(anchor));
}

function read(text: string): Page {
  const links: string[] = [];
  const loaded: string[] = [];
  const ids = new Set<string>();
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ("attrs" in node) {
      const { tagName, attrs } = node;
      for (const { name, value } of attrs) {
        if (name === "id" || (name === "name" && tagName === "a")) ids.add(value);
        else if (name === "href") (tagName === "a" ? links : loaded).push(value);
        else if (name === "src" || name === "poster") loaded.push(value);
      }
    }
    if ("childNodes" in node) for (const child of node.childNodes) visit(child);
  };
  visit(parse(text));
  return { links, loaded, ids };
}

if (import.meta.main) {
  const { count, dead, foreign } = inspect(process.argv[2] ?? ".");
  for (const link of dead) console.error(`Dead: ${link}`);
  for (const source of foreign) console.error(`From elsewhere: ${source}`);
  console.log(`${count} links, ${dead.length} dead, ${foreign.length} sources from elsewhere`);
  if (dead.length + foreign.length > 0) process.exitCode = 1;
}
