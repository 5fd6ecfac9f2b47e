import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keptReports } from "./api-report.ts";
import { type Outcome, root, run } from "./installation.ts";

let folder: string;
let site: string;
let outcome: Outcome;
let pages: ReadonlyMap<string, string>;

const typedoc = (...args: readonly string[]): Promise<Outcome> =>
  run(process.execPath, [join(root, "node_modules", "typedoc", "bin", "typedoc"), ...args], root);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "httppool-docs-"));
  site = join(folder, "site");
  outcome = await typedoc("--out", site);
  const names = existsSync(site) ? readdirSync(site, { recursive: true, encoding: "utf8" }) : [];
  const html = names.filter((name) => name.endsWith(".html"));
  pages = new Map(html.map((name) => [name, readFileSync(join(site, name), "utf8")]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The values of an attribute, or of several, as a page has them. */
const valuesOf = (page: string, attributes: string): string[] =>
  Array.from(page.matchAll(new RegExp(`\\s(?:${attributes})="([^"]*)"`, "g")), ([, value = ""]) => value);

describe("the reference", () => {
  test("is built without a word of warning", () => {
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(pages.size).toBeGreaterThan(50);
  });

  test.each([...keptReports()])("has a page for each export in %s", (_, report) => {
    const exported = Array.from(
      report.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm),
    );
    const names = exported.map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(0);
    const files = [...pages.keys()];
    expect(names.filter((name) => !files.some((file) => file.endsWith(`.${name}.html`)))).toEqual([]);
  });

  test("has no dead link, and works in any folder: each is relative, and leads to a place that is there", () => {
    const dead: string[] = [];
    let count = 0;
    for (const [name, page] of pages) {
      for (const link of valuesOf(page, "href|src")) {
        const [path = "", anchor = ""] = link.split("#");
        const file = path === "" ? name : normalize(join(dirname(name), path));
        const isThere =
          !/^(?:\/|[a-z]+:)/.test(link) &&
          existsSync(join(site, file)) &&
          (anchor === "" ||
            !pages.has(file) ||
            valuesOf(pages.get(file) ?? "", "id").includes(decodeURIComponent(anchor)));
        count += 1;
        if (!isThere) dead.push(`${name}: ${link}`);
      }
    }
    expect(dead).toEqual([]);
    expect(count).toBeGreaterThan(1000);
  });

  test("loads nothing from a network", () => {
    const loaded = [...pages.values()].flatMap((page) =>
      Array.from(page.matchAll(/<(?:script|link|img|iframe)\s[^>]*>/g), ([tag]) => tag),
    );
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((tag) => /(?:https?:)?\/\//.test(tag))).toEqual([]);
    const styles = readFileSync(join(site, "assets", "style.css"), "utf8");
    expect(styles.match(/@import[^;]*|url\(["']?(?:https?:)?\/\/[^)]*/g)).toBeNull();
  });

  test("can be searched, in light and dark", () => {
    const index = readFileSync(join(site, "assets", "search.js"), "utf8");
    expect(index).toMatch(/^window\.searchData = ".{1000,}/);
    for (const page of pages.values()) expect(page).toContain("assets/search.js");
    expect(readFileSync(join(site, "assets", "style.css"), "utf8")).toContain("prefers-color-scheme: dark");
    const themes = valuesOf(pages.get("index.html") ?? "", "value");
    expect(themes).toEqual(expect.arrayContaining(["os", "light", "dark"]));
  });
});

/** Builds a door of another package, by the same rules. */
function build(source: string): Promise<Outcome> {
  const options = {
    entryPoints: ["door.ts"],
    tsconfig: "tsconfig.json",
    out: "other",
    intentionallyNotDocumented: [],
  };
  const rules = pathToFileURL(join(root, ".config", "typedoc.js"));
  writeFileSync(join(folder, "door.ts"), `/**\n * A door.\n *\n * @module door\n */\n${source}`);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { types: [] }, files: ["door.ts"] }));
  writeFileSync(
    join(folder, "typedoc.mjs"),
    `import rules from "${rules.href}";\nexport default { ...rules, ...${JSON.stringify(options)} };\n`,
  );
  return typedoc("--options", join(folder, "typedoc.mjs"));
}

describe("by its rules, a reference is not built", () => {
  test("where an export has no doc comment, and is where it has one", async () => {
    const { code, stdout, stderr } = await build("export const bare = 1;\n");
    expect({ code, output: stdout + stderr }).toMatchObject({
      code: 4,
      output: expect.stringContaining("bare (Variable)") as string,
    });
    expect(await build("/** It. */\nexport const bare = 1;\n")).toMatchObject({ code: 0 });
  });

  test("where a link leads nowhere", async () => {
    const { code, stdout, stderr } = await build("/** Is like {@link nobody}. */\nexport const linked = 1;\n");
    expect({ code, output: stdout + stderr }).toMatchObject({
      code: 4,
      output: expect.stringContaining("nobody") as string,
    });
  });
});
