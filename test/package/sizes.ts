/* What a bundle pays: `node test/package/sizes.ts` prints the table, `--readme` writes it into the README. */
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { dependencies, peers, root as ROOT, specifierOf, subPaths } from "./installation.ts";

/** Something that somebody imports. */
export interface Share {
  readonly name: string;
  /** What the bundle consists of. */
  readonly code: string;
  /** Left out of the count. */
  readonly external?: readonly string[];
  /** The most it may be, in kB. */
  readonly limit: number;
}

/** The most that a door may be, in kB, with all that it brings. A part that stands beside the pool is small; tests pay for the lab. */
const LIMITS: Readonly<Record<string, number>> = { ".": 27.5, "./lean": 17.6, "./lab": 11.2 };
const LIMIT_OF_A_PART = 5.7;

/** What is promised: of each door, and of what matters beside. A kB is 1000 bytes, minified and gzipped. */
export const SHARES: readonly Share[] = [
  ...subPaths.map((subPath) => ({
    name: `\`${specifierOf(subPath)}\``,
    code: `export * from "${specifierOf(subPath)}"`,
    external: peers,
    limit: LIMITS[subPath] ?? LIMIT_OF_A_PART,
  })),
  {
    name: "of `httppool/lean`, our own code",
    code: 'export * from "httppool/lean"',
    external: dependencies,
    limit: 13.6,
  },
  { name: "`requestTask` alone", code: 'export { requestTask } from "httppool/lean"', limit: 0.8 },
  { name: "`requestTask` alone, of `httppool`", code: 'export { requestTask } from "httppool"', limit: 0.8 },
];

/** A bundle as esbuild makes it. */
export interface Size {
  readonly bytes: number;
  readonly text: string;
  /** The files in it. */
  readonly files: readonly string[];
}

/** Bundles the built package. */
export async function sizeOf({ code, external = [] }: Pick<Share, "code" | "external">): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: ROOT },
    absWorkingDir: ROOT,
    external: [...external],
    bundle: true,
    minify: true,
    treeShaking: true,
    format: "esm",
    target: "es2022",
    write: false,
    metafile: true,
    outfile: "bundle.js",
    logLevel: "error",
  });
  const text = outputFiles[0]?.text ?? "";
  const bytes = gzipSync(text, { level: 9 }).byteLength;
  const [output] = Object.values(metafile.outputs);
  const files = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { bytes, text, files: files.map(([file]) => file) };
}

const AND = new Intl.ListFormat("en-GB", { type: "conjunction" });

/** As the README tells it. */
export async function sizeTable(): Promise<string> {
  const lines = await Promise.all(
    SHARES.map(async (share) => {
      const { bytes, files } = await sizeOf(share);
      const brought = dependencies.filter((name) => files.some((file) => file.includes(`node_modules/${name}/`)));
      return `| ${[share.name, ...(brought.length > 0 ? [`with ${AND.format(brought)}`] : [])].join(", ")} | ${kilo(bytes)} |`;
    }),
  );
  return ["| min + gz | kB |", "|---|---|", ...lines].join("\n");
}

/** kB, rounded up to a tenth: a promise is not rounded down. */
export function kilo(bytes: number): string {
  return (Math.ceil(bytes / 100) / 10).toFixed(1);
}

const START = "<!-- sizes:start -->\n";
const END = "\n<!-- sizes:end -->";

/** What the README says between its marks. */
export async function readmeSizes(): Promise<string> {
  const text = await readFile(`${ROOT}README.md`, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start === -1 || end < start) throw new Error(`README.md has no ${START}…${END}`);
  return text.slice(start + START.length, end);
}

if (import.meta.main) {
  const sizes = await sizeTable();
  console.log(sizes);
  if (process.argv.includes("--readme")) {
    const before = await readmeSizes();
    const text = await readFile(`${ROOT}README.md`, "utf8");
    await writeFile(
      `${ROOT}README.md`,
      text.replace(START + before, () => START + sizes),
    );
  }
}
