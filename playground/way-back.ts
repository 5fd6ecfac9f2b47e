import type { Plugin } from "vite";

/** Where the page is part of the site that `npm run docs` builds, one folder down, it links to the rest. By itself it has no such neighbour. */
export function wayBack(): Plugin {
  return {
    name: "way-back",
    apply: (_, { mode }) => mode === "site",
    transformIndexHtml: (html) => {
      const [found = ""] = /<p class="pitch" id="pitch">[^]*?(?=<\/p>)/.exec(html) ?? [];
      if (found === "") throw new Error("The page has no pitch to put the link under");
      return html.replace(found, () => `${found}<a href="../index.html">Guides and reference</a>`);
    },
  };
}
