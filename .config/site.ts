import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative } from "node:path";
import {
  type Application,
  Converter,
  DocumentReflection,
  JSX,
  KindRouter,
  PageEvent,
  type ProjectReflection,
  type RouterTarget,
} from "typedoc";

const root = join(import.meta.dirname, "..");

/** Where a document lies, and what it is called among the others. */
const GROUPS = [
  ["playground/guides/", "Guides"],
  ["playground/examples/", "Examples"],
  ["", "The project"],
] as const;

/** What is shown of an example, beside its README. */
const CODE = new Set([".ts", ".tsx", ".html"]);

/** Makes the reference, the guides, the examples and the playground one site. */
export function site(app: Application): void {
  app.renderer.defineRouter("site", SiteRouter);
  app.converter.on(Converter.EVENT_BEGIN, ({ project }) => addText(project, "LICENSE", "text", "LICENSE"));
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const path = pathOf(document);
    document.name = takeHeading(document);
    document.frontmatter["group"] = groupOf(path);
    if (/^playground\/examples\/.*README\.md$/.test(path)) addCode(document, dirname(path));
  });
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = (page.contents ?? "")
      // TypeDoc's pages have no main part for those who jump to it.
      .replace('<div class="col-content">', '<div class="col-content" role="main">')
      // On a phone a wide table scrolls by itself, by keys too, and the page doesn't.
      .replaceAll("<table>", '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>')
      .replaceAll("</table>", "</table></div>");
  });
  // A link of TypeDoc's own header would be the same from every page.
  app.renderer.hooks.on("sidebar.begin", (context) => {
    const link = JSX.createElement("a", { href: context.relativeURL("playground/index.html") }, "Playground");
    return JSX.createElement("nav", { class: "tsd-navigation", "aria-label": "Playground" }, link);
  });
}

/** Has a page where its document is: `guides/shutdown.html`. So it stays there whatever its heading says. */
class SiteRouter extends KindRouter {
  override getIdealBaseName(target: RouterTarget): string {
    if (!(target instanceof DocumentReflection)) return super.getIdealBaseName(target as never);
    const path = pathOf(target).replace(/^playground\//, "");
    const name = path.replace(/(?:\/README)?\.md$/, "").replace(/^\./, "");
    return /^(?:guides|examples)\//.test(path) ? name : `project/${name}`;
  }
}

/** From the top of the repository. */
function pathOf(document: DocumentReflection): string {
  return relative(root, document.project.files.getReflectionPath(document) ?? "").replaceAll("\\", "/");
}

function groupOf(path: string): string | undefined {
  return GROUPS.find(([folder]) => path.startsWith(folder))?.[1];
}

/** Takes the heading from a document, since a page has its name over it already. */
function takeHeading({ name, content }: DocumentReflection): string {
  const [first] = content;
  const [found = "", heading = name] = /^\s*# (.*)\n/.exec(first?.text ?? "") ?? [];
  if (first !== undefined) first.text = first.text.slice(found.length);
  return heading.replaceAll("`", "");
}

/** Gives each file of an example a page: a browser takes what ends in .ts for a film. */
function addCode(document: DocumentReflection, folder: string): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    const extension = extname(path);
    if (entry.isFile() && CODE.has(extension)) addText(document, path, extension.slice(1), relative(folder, path));
  }
}

/** Gives a file that is no Markdown a page. */
function addText(parent: ProjectReflection | DocumentReflection, path: string, language: string, name: string): void {
  const text = `\`\`\`${language}\n${readFileSync(join(root, path), "utf8")}\`\`\`\n`;
  const frontmatter = parent.isProject() ? { group: groupOf(path) } : {};
  const page = new DocumentReflection(name, parent, [{ kind: "code", text }], frontmatter);
  parent.addChild(page);
  page.project.registerReflection(page, undefined, join(root, path) as never);
}
