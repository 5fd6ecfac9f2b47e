import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dependencies, install, type Installation, peers, root, run, specifierOf, subPaths } from "./installation.ts";

/** The compilers, by the names that package.json gives them. */
const COMPILERS = [
  { name: "typescript-5.9", version: "5.9" },
  { name: "typescript", version: "6" },
  { name: "typescript-7", version: "7" },
];

const STRICT = { target: "ES2022", strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };

const MODULES = ["node16", "nodenext"];

/** Where the consumer's program is to run, as its tsconfig says it. */
const PLACES = [
  { place: "a browser", lib: ["ES2022", "DOM"], types: [], disposal: false },
  { place: "Node, without DOM", lib: ["ES2022"], types: ["node"], disposal: false },
  { place: "a place with `await using`", lib: ["ES2022", "ESNext.Disposable", "DOM"], types: [], disposal: true },
];

/** All doors, whatever they hold: the compiler checks the declarations behind each. */
const imported = subPaths.map((subPath, index) => `import * as door${index} from "${specifierOf(subPath)}";`);
const required = subPaths.map((subPath, index) => `import door${index} = require("${specifierOf(subPath)}");`);
const doors = `export const doors: readonly object[] = [${subPaths.map((_, index) => `door${index}`).join()}];`;

const USE = `
import { Client, type FinishEvent, type Handler, isTaskExpiredError, type Listener, perishableTask, requestTask } from "httppool";
import { Client as LeanClient, fetchHandler } from "httppool/lean";

const handler: Handler = globalThis.fetch;
const finishes: FinishEvent[] = [];
const listener: Listener = (event) => {
  if (event.type === "finish" && !event.ok && isTaskExpiredError(event.error)) finishes.push(event);
};

export async function use(urls: readonly string[], signal: AbortSignal): Promise<number> {
  const pool = new Client({ handler, listeners: [listener], workers: 2, period: 100 }).start();
  pool.once("start", ({ waitedMs }) => waitedMs.toFixed());
  const task = requestTask(new URL("https://example.com"), { method: "POST" }, (response) => response.text());
  const text: string = await pool.run(perishableTask(Date.now() + 1000, task), { signal });
  const response: Response = await pool.fetch("https://example.com", { method: "PUT", hold: "body" });
  let size = text.length + response.status;
  for await (const one of pool.map(urls, (url) => url, (answer) => answer.status, { settled: true })) {
    size += one.status === "fulfilled" ? one.value : one.input.length;
  }
  const writer = new LeanClient({ handler: fetchHandler }).start().writable().getWriter();
  await writer.write(() => null);
  await pool.close();
  return size;
}
`;

const USE_DISPOSAL = `
export async function dispose(): Promise<void> {
  await using pool = new Client().start();
  await using lean = new LeanClient({ handler: fetchHandler }).start();
  await lean.send(() => null);
  pool.offer(() => null);
}
`;

let installation: Installation;

beforeAll(() => {
  installation = install([...dependencies, ...peers, "@types/node"]);
});

afterAll(() => installation.remove());

/** The program of a compiler that package.json names so. */
function programOf(name: string): string {
  const require = createRequire(join(root, "package.json"));
  const file = require.resolve(`${name}/package.json`);
  const { bin } = require(file) as { bin: { tsc: string } };
  return join(dirname(file), bin.tsc);
}

describe.each(COMPILERS)("TypeScript $version", ({ name, version }) => {
  test("it is that version", async () => {
    const { stdout } = await run(process.execPath, [programOf(name), "--version"], root);
    expect(stdout).toMatch(new RegExp(`^Version ${version}\\.`));
  });

  describe.each(MODULES)("module: %s", (module) => {
    test.each(PLACES)("ESM and CommonJS consumers compile for $place", async ({ lib, types, disposal }) => {
      const program = `${USE}${disposal ? USE_DISPOSAL : ""}${doors}\n`;
      installation.write("consumer.mts", [...imported, program].join("\n"));
      installation.write("consumer.cts", [...required, program].join("\n"));
      const compilerOptions = { ...STRICT, module, moduleResolution: module, lib, types };
      const files = ["consumer.mts", "consumer.cts"];
      installation.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
      const outcome = await run(process.execPath, [programOf(name), "-p", "."], installation.folder);
      expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
    });
  });
});

test("the compiler's verdict counts: a client of httppool/lean without a handler is refused", async () => {
  installation.write("consumer.mts", `import { Client } from "httppool/lean";\nnew Client({});\n`);
  const compilerOptions = { ...STRICT, module: "nodenext", lib: ["ES2022", "DOM"], types: [] };
  installation.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["consumer.mts"] }));
  const { code, stdout } = await run(process.execPath, [programOf("typescript"), "-p", "."], installation.folder);
  expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining("'handler' is missing") });
});
