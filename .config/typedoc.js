import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OptionDefaults } from "typedoc";
import manifest from "../package.json" with { type: "json" };
import { site } from "./site.ts";

/** The doors, as package.json lists them. */
const doors = Object.keys(manifest.exports).filter((path) => path !== "./package.json");

/** The guides, in the order of their list. */
const guides = Array.from(
  readFileSync(join(import.meta.dirname, "../playground/guides/README.md"), "utf8").matchAll(/\]\(([\w-]+\.md)\)/g),
  ([, file]) => `playground/guides/${file}`,
);

/** What stands in the repository and is for readers, beside the README and the reference. */
const documents = [
  "playground/guides/README.md",
  ...guides,
  "playground/examples/*/README.md",
  "CHANGELOG.md",
  ".github/SUPPORT.md",
  "SECURITY.md",
  "CONTRIBUTING.md",
  "src/README.md",
  "test/README.md",
  "test/{bench,bench/adaptive,conformance,faults}/README.md",
];

/** The reference, from the doc comments, and all else there is to read. All pages work from any folder, without a network. */
export default {
  name: manifest.name,
  entryPoints: doors.map((path) => `../src/${path === "." ? "index" : path.slice(2)}.ts`),
  tsconfig: "../tsconfig.json",
  out: "../dist-docs",
  plugin: [site],
  router: "site",
  highlightLanguages: [...OptionDefaults.highlightLanguages, "go"],
  readme: "../README.md",
  projectDocuments: documents.map((path) => `../${path}`),
  // A document's own heading is its page's.
  headings: { readme: false, document: true },
  navigation: { includeGroups: true },
  groupOrder: ["Guides", "Modules", "Examples", "The project"],
  favicon: join(import.meta.dirname, "icon.svg"),
  customCss: join(import.meta.dirname, "site.css"),
  hideGenerator: true,
  // They would lead to where the sources live, which package.json does not say.
  disableSources: true,
  searchInComments: true,
  searchInDocuments: true,
  // What is no export of its own, like a field, may speak for itself.
  requiredToBeDocumented: ["Module", "Class", "Interface", "TypeAlias", "Function", "Variable", "Method", "Accessor"],
  // The language's own: `await using` calls it.
  intentionallyNotDocumented: ["httppool.Pool.[asyncDispose]"],
  validation: {
    invalidLink: true,
    invalidPath: true,
    notDocumented: true,
    notExported: false,
    unusedMergeModuleWith: true,
  },
  treatWarningsAsErrors: true,
};
