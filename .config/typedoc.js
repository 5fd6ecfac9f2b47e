import manifest from "../package.json" with { type: "json" };

/** The doors, as package.json lists them. */
const doors = Object.keys(manifest.exports).filter((path) => path !== "./package.json");

/** The reference, from the doc comments. Each export has a page, and all pages work from any folder, without a network. */
export default {
  name: manifest.name,
  entryPoints: doors.map((path) => `../src/${path === "." ? "index" : path.slice(2)}.ts`),
  tsconfig: "../tsconfig.json",
  out: "../dist-docs",
  readme: "none",
  hideGenerator: true,
  // They would lead to where the sources live, which package.json does not say.
  disableSources: true,
  searchInComments: true,
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
