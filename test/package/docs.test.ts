import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endWithTest, serve } from "../examples/support/stage.ts";
import { names as guides } from "../guides/support/guide.ts";
import { launchChromium } from "../playground/support/chromium.ts";
import { keptReports } from "./api-report.ts";
import { inspect } from "./dead-links.ts";
import { type Outcome, root, run } from "./installation.ts";

const folder = mkdtempSync(join(tmpdir(), "httppool-docs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const site = join(root, "dist-docs");
/** It takes ten seconds where nothing else is to be done. */
const PATIENCE_MS = 600_000;

const read = (name: string): string => readFileSync(join(site, name), "utf8");
const pageOf = (body: string): string => `<!doctype html><title>A page</title><h1 id="top">A page</h1>${body}`;

describe("the site of npm run docs", () => {
  let outcome: Outcome;
  let pages: readonly string[];

  beforeAll(async () => {
    rmSync(site, { recursive: true, force: true });
    outcome = await run("npm", ["run", "--silent", "docs"], root, PATIENCE_MS);
    pages = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".html"));
  }, PATIENCE_MS);

  test("is built, without a dead link", () => {
    expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(/^\d{5,} links, 0 dead, 0 sources from elsewhere$/m);
  });

  test.each([...keptReports()])("has a page for each export in %s", (_, report) => {
    const exported = Array.from(
      report.matchAll(/^export (?:abstract )?(?:class|const|function|interface|type) (\w+)/gm),
    );
    const names = exported.map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !pages.some((file) => file.endsWith(`.${name}.html`)))).toEqual([]);
  });

  test("has a page for each guide, and the playground beside them", () => {
    expect(pages).toEqual(expect.arrayContaining(guides.map((name) => `guides/${name}.html`)));
    expect(pages).toContain("playground/index.html");
    expect(read("playground/index.html")).toContain('href="../index.html"');
    for (const name of guides) expect(read(`guides/${name}.html`)).toContain('href="../playground/index.html"');
  });

  test("loads nothing from a network by its styles either", () => {
    const sheets = readdirSync(site, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".css"));
    expect(sheets.length).toBeGreaterThan(2);
    for (const name of sheets) expect(read(name)).not.toMatch(/@import|url\(["']?(?:https?:)?\/\//);
  });

  test("can be searched from each page", () => {
    expect(read("assets/search.js")).toMatch(/^window\.searchData = ".{1000,}/);
    for (const name of pages.filter((page) => !page.startsWith("playground/")))
      expect(read(name)).toContain("assets/search.js");
  });
});

/** The part of axe that is used here. */
interface Axe {
  run(): Promise<{ readonly violations: readonly { readonly id: string }[] }>;
}

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** In Chromium where there is one, and in CI; vitest.config.ts says aloud where there is none. */
if (existsSync("/usr/bin/chromium") || process.env["CI"] === "true") {
  test("in a sub-folder, on a phone, in light and dark, it is searched, read and left for the playground and back", async () => {
    const server = await serve(({ path }) => {
      const name = decodeURIComponent(new URL(path, "http://localhost").pathname).replace("/some/folder/", "");
      if (name.startsWith("/") || !existsSync(join(site, name))) return { status: 404 };
      return {
        headers: { "content-type": TYPES[extname(name)] ?? "image/svg+xml" },
        body: readFileSync(join(site, name)),
      };
    });
    const top = `${server.url}/some/folder/`;
    const browser = await launchChromium();
    endWithTest(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: "light" });
    const asked: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    page.on("response", (response) => response.status() >= 400 && errors.push(response.url()));
    page.on("pageerror", (error) => errors.push(error.message));

    await page.goto(`${top}index.html`);
    await page.locator("#tsd-search-trigger").click();
    await page.locator("#tsd-search-input").fill("several hosts");
    await page.locator("#tsd-search-results a", { hasText: "Several hosts" }).first().click();
    await page.waitForURL(`${top}guides/several-hosts.html*`);
    // The page is shown once its script is there.
    await page.locator("h1").waitFor();
    expect(await page.locator("h1").innerText()).toBe("Several hosts");

    await page.addScriptTag({ path: createRequire(import.meta.url).resolve("axe-core/axe.min.js") });
    const violations = async (): Promise<readonly string[]> => {
      const found = await page.evaluate(() => {
        const { axe } = globalThis as unknown as { readonly axe: Axe };
        return axe.run();
      });
      return found.violations.map(({ id }) => id);
    };
    const brightness = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await brightness();
    expect(await violations()).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await brightness()).not.toBe(light);
    expect(await violations()).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

    await page.locator("#tsd-toolbar-menu-trigger, .tsd-widget.menu").first().click();
    await page.getByRole("link", { name: "Playground" }).click();
    await page.waitForURL(`${top}playground/index.html`);
    await page.getByRole("link", { name: "Guides and reference" }).click();
    await page.waitForURL(`${top}index.html`);
    expect(asked.filter((url) => !url.startsWith(top) && !url.startsWith("data:"))).toEqual([]);
    expect(errors).toEqual([]);
  });
}

/** Builds a door of another package, by the same rules. */
function build(source: string): Promise<Outcome> {
  const options = {
    entryPoints: ["door.ts"],
    tsconfig: "tsconfig.json",
    out: "other",
    readme: "none",
    projectDocuments: [],
    intentionallyNotDocumented: [],
  };
  const rules = pathToFileURL(join(root, ".config", "typedoc.js"));
  writeFileSync(join(folder, "door.ts"), `/**\n * A door.\n *\n * @module door\n */\n${source}`);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { types: [] }, files: ["door.ts"] }));
  writeFileSync(
    join(folder, "typedoc.mjs"),
    `import rules from "${rules.href}";\nexport default { ...rules, ...${JSON.stringify(options)} };\n`,
  );
  const typedoc = join(root, "node_modules", "typedoc", "bin", "typedoc");
  return run(process.execPath, [typedoc, "--options", join(folder, "typedoc.mjs")], root);
}

describe("by its rules, it is not built", () => {
  test("where an export has no doc comment, nor where a link of one leads nowhere", async () => {
    const { code, stdout, stderr } = await build(
      "export const bare = 1;\n/** Is like {@link nobody}. */\nexport const linked = 1;\n",
    );
    expect(code).toBe(4);
    expect(stdout + stderr).toMatch(/bare \(Variable\)[^]*nobody/);
  });

  test("but it is where an export has its comment", async () => {
    expect(await build("/** It. */\nexport const bare = 1;\n")).toMatchObject({ code: 0 });
  });

  test("where a link of a page leads nowhere, or a page loads from elsewhere", () => {
    const small = join(folder, "small");
    mkdirSync(small);
    writeFileSync(join(small, "a.html"), pageOf('<a href="b.html#top">b</a><a href="#top">a</a><img src="a.html">'));
    const wrong = ["c.html", "b.html#bottom", "#bottom", "/a.html"];
    writeFileSync(join(small, "b.html"), pageOf(wrong.map((link) => `<a href="${link}">it</a>`).join("")));
    writeFileSync(
      join(small, "d.html"),
      pageOf('<script src="https://cdn.test/x.js"></script><a href="https://a.test">a</a>'),
    );
    const { count, dead, foreign } = inspect(small);
    expect(count).toBe(9);
    expect(dead).toEqual(wrong.map((link) => `b.html: ${link}`));
    expect(foreign).toEqual(["d.html: https://cdn.test/x.js"]);
  });
});
