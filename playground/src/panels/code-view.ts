import { make } from "../page/element.ts";

const TOKENS =
  /(\/\*\*[^]*?\*\/|\/\/.*)|("(?:[^"\\]|\\.)*")|\b(import|from|const|new|await|for|of|if|return|async|function|export|type|void)\b|\b(\d[\d_]*)\b/g;
const KINDS = ["comment", "string", "keyword", "number"];

/** TypeScript, coloured. */
export function colored(code: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let done = 0;
  for (const match of code.matchAll(TOKENS)) {
    const kind = match.slice(1).findIndex((group) => group !== undefined);
    fragment.append(code.slice(done, match.index), make("span", { className: `code-${KINDS[kind] ?? ""}` }, match[0]));
    done = match.index + match[0].length;
  }
  fragment.append(code.slice(done));
  return fragment;
}
