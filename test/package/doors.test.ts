import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  dependencies,
  fileOf,
  install,
  type Installation,
  peers,
  root,
  specifierOf,
  subPaths,
} from "./installation.ts";

/** All that each door gives at run time, as its source says. */
const NAMES = Object.fromEntries(
  await Promise.all(
    subPaths.map(async (subPath) => {
      const door = (await import(join(root, "src", `${fileOf(subPath)}.ts`))) as object;
      return [subPath, Object.keys(door).toSorted()] as const;
    }),
  ),
);

const namesOf = (subPath: string): readonly string[] => NAMES[subPath] ?? [];

const clients = subPaths.filter((subPath) => namesOf(subPath).includes("Client"));

/** The options that a door's client can't do without. */
const optionsOf = (subPath: string): string =>
  namesOf(subPath).includes("kyHandler") ? "{}" : "{ handler: door.fetchHandler }";

interface Way {
  readonly how: string;
  readonly file: string;
  readonly flags: readonly string[];
  /** Loads a door under a name. */
  load(subPath: string, name?: string): string;
}

const requires = (subPath: string, name = "door"): string => `const ${name} = require("${specifierOf(subPath)}");\n`;

/** `require()` can load ESM on newer versions of Node, which would hide a CommonJS build that is broken. */
const WAYS: readonly Way[] = [
  {
    how: "imported",
    file: "program.mjs",
    flags: [],
    load: (subPath, name = "door") => `import * as ${name} from "${specifierOf(subPath)}";\n`,
  },
  { how: "required", file: "program.cjs", flags: [], load: requires },
  {
    how: "required where only CommonJS can be",
    file: "program.cjs",
    flags: ["--no-experimental-require-module"],
    load: requires,
  },
];

const TELL_NAMES = `console.log(JSON.stringify(Object.keys(door).sort()));`;

const send = (options: string): string => `
  const server = process.getBuiltinModule("node:http").createServer((request, response) => response.end(request.method));
  server.listen(0, "127.0.0.1", async () => {
    const pool = new door.Client(${options}).start();
    const task = door.requestTask("http://127.0.0.1:" + server.address().port, { method: "PUT" }, (response) => response.text());
    console.log(await pool.run(task));
    await pool.close();
    server.close();
    server.closeAllConnections();
  });`;

/** An error of each kind, made by one copy of the package, as the guards of both copies see it. */
const JUDGE_ERRORS = `
  async function errorsOf(copy) {
    const handler = copy.fetchHandler;
    const request = new Request("http://127.0.0.1/");
    const closed = new copy.Client({ handler }).start();
    closed.close();
    const pool = new copy.Client({ handler, timeout: 1 }).start();
    const failures = await Promise.allSettled([
      closed.send(() => null),
      pool.run(copy.perishableTask(0, () => null)),
      pool.run(copy.filteredTask(() => false, () => request)),
      pool.run(() => new Promise(() => {})),
    ]);
    return failures.map((failure) => failure.reason);
  }
  const guards = ["isDispatcherClosedError", "isTaskExpiredError", "isTaskFilteredError", "isTransactionTimeoutError"];
  async function judge(maker, judge) {
    for (const [index, error] of (await errorsOf(maker)).entries()) {
      console.log(error.name, error instanceof judge.HttpPoolError, guards.filter((guard) => judge[guard](error)).join());
      if (!maker[guards[index]](error)) console.log("not recognised by its own copy");
    }
  }`;

const JUDGED = `DispatcherClosedError false isDispatcherClosedError
TaskExpiredError false isTaskExpiredError
TaskFilteredError false isTaskFilteredError
TransactionTimeoutError false isTransactionTimeoutError
`;

let whole: Installation;
/** The package without what it depends on. */
let alone: Installation;

beforeAll(() => {
  whole = install([...dependencies, ...peers]);
  alone = install(peers);
});

afterAll(() => {
  whole.remove();
  alone.remove();
});

test.each(subPaths)("%s gives what it gave: a change here is a change for its users", (subPath) => {
  expect(namesOf(subPath).join("\n")).toMatchSnapshot();
});

describe.each(WAYS)("$how", ({ file, flags, load }) => {
  test.each(subPaths)("%s gives exactly the names that are promised, in silence", async (subPath) => {
    const { code, stdout, stderr } = await whole.node(file, load(subPath) + TELL_NAMES, flags);
    expect({ code, stderr, names: JSON.parse(stdout || "[]") as unknown }).toEqual({
      code: 0,
      stderr: "",
      names: namesOf(subPath),
    });
  });

  test.each(clients)("the client of %s sends a request and lets the process end", async (subPath) => {
    const program = load(subPath) + send(optionsOf(subPath));
    expect(await whole.node(file, program, flags)).toEqual({ code: 0, stdout: "PUT\n", stderr: "" });
  });

  test("pools without a name have different ones, whichever doors they come from", async () => {
    const doors = clients.map((subPath, index) => load(subPath, `door${index}`));
    const tellNames = `
      const doors = [${doors.map((_, index) => `door${index}`).join()}];
      const names = doors.map((door) => new door.Client({ handler: door.fetchHandler }).start().name);
      console.log(new Set(names).size);`;
    const { stdout } = await whole.node(file, doors.join("") + tellNames, flags);
    expect(stdout).toBe(`${doors.length}\n`);
  });
});

test.each(subPaths)("%s can be required where none of its dependencies is installed", async (subPath) => {
  const program = requires(subPath) + TELL_NAMES;
  expect(await alone.node("program.cjs", program)).toMatchObject({ code: 0, stderr: "" });
});

test.each(subPaths.filter((subPath) => !namesOf(subPath).includes("kyHandler")))(
  "%s is imported without ky",
  async (subPath) => {
    const lean = install([...dependencies.filter((name) => name !== "ky"), ...peers]);
    try {
      const program = `import * as door from "${specifierOf(subPath)}";\n${TELL_NAMES}`;
      expect(await lean.node("program.mjs", program)).toMatchObject({ code: 0, stderr: "" });
    } finally {
      lean.remove();
    }
  },
);

test("imported, it uses the ky that the consumer has installed", async () => {
  const { code, stderr } = await alone.node("program.mjs", `import "httppool";`);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("ERR_MODULE_NOT_FOUND") });
});

test("two copies in one process recognise each other's errors, by code", async () => {
  const program = `
    import * as imported from "httppool";
    const required = process.getBuiltinModule("node:module").createRequire(import.meta.url)("httppool");
    ${JUDGE_ERRORS}
    await judge(imported, required);
    await judge(required, imported);`;
  expect(await whole.node("program.mjs", program)).toEqual({ code: 0, stdout: JUDGED + JUDGED, stderr: "" });
});
