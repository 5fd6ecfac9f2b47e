import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DIST } from "./support/site.ts";

describe("The page's script", () => {
  it("is under 140 kB, gzipped", () => {
    const scripts = readdirSync(join(DIST, "assets")).filter((name) => name.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(DIST, "assets", name))).byteLength, 0);
    console.log(`${(bytes / 1000).toFixed(1)} kB gzipped in ${scripts.length} file(s)`);
    expect(bytes).toBeLessThan(140_000);
  });
});
