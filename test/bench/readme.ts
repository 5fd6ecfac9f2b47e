import { readFile, writeFile } from "node:fs/promises";

/**
 * Puts the text between the markers of a file.
 *
 * @param name What the markers are called by.
 * @throws {Error} The file has not both markers, in this order.
 */
export async function writeBetweenMarkers(file: URL, text: string, name = "bench"): Promise<void> {
  const [open, close] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const content = await readFile(file, "utf8");
  const start = content.indexOf(open);
  const end = content.indexOf(close, start);
  if (start === -1 || end === -1) throw new Error(`There are no ${open} and ${close} to write between`);
  await writeFile(file, `${content.slice(0, start + open.length)}\n\n${text}\n\n${content.slice(end)}`);
}
