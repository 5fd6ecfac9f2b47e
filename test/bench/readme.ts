import { readFile, writeFile } from "node:fs/promises";

const START = "<!-- bench:start -->";
const END = "<!-- bench:end -->";

/**
 * Puts the text between the markers of a file.
 *
 * @throws {Error} The file has not both markers, in this order.
 */
export async function writeBetweenMarkers(file: URL, text: string): Promise<void> {
  const content = await readFile(file, "utf8");
  const start = content.indexOf(START);
  const end = content.indexOf(END, start);
  if (start === -1 || end === -1) throw new Error(`There are no ${START} and ${END} to write between`);
  await writeFile(file, `${content.slice(0, start + START.length)}\n\n${text}\n\n${content.slice(end)}`);
}
