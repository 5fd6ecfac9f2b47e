import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Builds the package when there is no build of it, or one that is older than its source.
 *
 * @throws {Error} It does not build.
 */
export function buildIfStale(): void {
  if (oldestBuild() > newestSource()) return;
  process.stderr.write("Building the package first …\n");
  // On stderr: stdout is for the result alone.
  const { status } = spawnSync("npm", ["run", "build"], { cwd: ROOT, stdio: ["ignore", 2, 2], shell: true });
  if (status !== 0) throw new Error("The package does not build");
}

function newestSource(): number {
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  return Math.max(...files.map((file) => statSync(join(ROOT, "src", file)).mtimeMs));
}

/** Of the files that the demo needs. -Infinity when one is missing. */
function oldestBuild(): number {
  const times = ["index.js", "index.d.ts"].map(
    (file) => statSync(join(ROOT, "dist", file), { throwIfNoEntry: false })?.mtimeMs,
  );
  return Math.min(...times.map((time) => time ?? Number.NEGATIVE_INFINITY));
}
