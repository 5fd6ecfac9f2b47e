import { isObject } from "../../lib/checks.ts";

/**
 * The body of a `fetch` as it is now. Plain `fetch` sends what a body was at the call, whatever becomes of it then, so that is
 * what must be sent again: of what its owner may change meanwhile a copy, of bytes as a `Blob`, whose bytes nobody can change.
 *
 * @returns Itself, when nobody can change it, or when it can be sent once only.
 */
export function keep(body: unknown): unknown {
  if (!isObject(body)) return body;
  if (isBytes(body)) return new Blob([body]);
  const kind = kindOf(body);
  // Parameters again, not their text: Bun names their type in no headers, and would send text without one.
  if (kind === "URLSearchParams") return new URLSearchParams(String(body));
  return kind === "FormData" ? copyOf(body as FormData) : body;
}

function copyOf(form: FormData): FormData {
  const copy = new FormData();
  // A file keeps its name: it is given none.
  for (const [name, value] of form) copy.append(name, value as string);
  return copy;
}

/** Those of another realm count too. */
const isBytes = (body: object): body is ArrayBuffer | ArrayBufferView<ArrayBuffer> =>
  ArrayBuffer.isView(body) || kindOf(body) === "ArrayBuffer";

/** What it is by the platform's name. */
const kindOf = (body: object): string => Object.prototype.toString.call(body).slice("[object ".length, -1);
