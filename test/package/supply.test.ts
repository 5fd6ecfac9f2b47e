import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./installation.ts";

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");

const { packages } = JSON.parse(read("package-lock.json")) as { packages: Readonly<Record<string, Locked>> };

/** What a user's package manager installs along, by folder: dependencies, and theirs in turn. */
const installed = Object.entries(packages).filter(([folder, { dev }]) => folder !== "" && dev !== true);

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);

const names = installed.map(([folder]) => nameOf(folder)).toSorted();

/** What npm runs, unasked, where a package is installed. */
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

/** Asks nothing of who uses it but to pass on its text, as `dist/THIRD-PARTY.txt` does. */
const LICENCES = ["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

test("a user gets these packages along, and no other: one more is one more to trust", () => {
  expect(names).toEqual(["eventemitter3", "ky", "p-queue"]);
});

test.each(["", ...installed.map(([folder]) => folder)])("installing runs no program of ./%s", (folder) => {
  const { scripts = {} } = JSON.parse(read(folder, "package.json")) as { scripts?: Readonly<Record<string, string>> };
  expect(INSTALL_SCRIPTS.filter((name) => name in scripts)).toEqual([]);
  // npm takes it for an install script.
  expect(existsSync(join(root, folder, "binding.gyp"))).toBe(false);
  expect(packages[folder]?.hasInstallScript).toBeUndefined();
});

test.each(installed)("%s is what the lock file says, under a licence that can be passed on", (folder, locked) => {
  const { version, license } = JSON.parse(read(folder, "package.json")) as { version: string; license: string };
  expect({ version, license }).toEqual({ version: locked.version, license: locked.license });
  expect(LICENCES).toContain(license);
});

test("everything that is bundled in is named with its licence, in the version that it has", () => {
  const dist = readdirSync(join(root, "dist")).filter((name) => /\.c?js$/.test(name));
  // esbuild says in a comment which file each part of a bundle comes from.
  const origins = dist.flatMap((name) => Array.from(read("dist", name).matchAll(/^\/\/ (node_modules\/.*)\/[^/]+$/gm)));
  const bundled = origins.map(([, path = ""]) => {
    const [name = "", ...rest] = nameOf(`${path}/`).split("/");
    return name.startsWith("@") ? `${name}/${rest[0]}` : name;
  });
  const [, ...notices] = read("dist", "THIRD-PARTY.txt").split(/^-{80}\n\n/m);
  const versions = installed.map(([folder, { version }]) => `${nameOf(folder)} ${version}`);
  expect(notices.map((notice) => notice.slice(0, notice.indexOf("\n"))).toSorted()).toEqual(versions.toSorted());
  expect([...new Set(bundled)].toSorted()).toEqual(names);
});
