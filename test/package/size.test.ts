import { describe, expect, it } from "vitest";
import { peers, specifierOf, subPaths } from "./installation.ts";
import { kilo, readmeSizes, SHARES, sizeOf, sizeTable } from "./sizes.ts";

describe("the size of a bundle", () => {
  it.each(SHARES)("$name is $limit kB at most", async (share) => {
    expect((await sizeOf(share)).bytes).toBeLessThanOrEqual(share.limit * 1000);
  });

  it.each(["httppool", "httppool/lean"])("brings nothing but its own code with requestTask of %s", async (door) => {
    const { files } = await sizeOf({ code: `export { requestTask } from "${door}"` });
    expect(files.filter((file) => file.includes("node_modules"))).toEqual([]);
  });

  it("does not bring ky with lean", async () => {
    const { files } = await sizeOf({ code: 'export * from "httppool/lean"' });
    expect(files.filter((file) => file.includes("/ky/"))).toEqual([]);
  });

  it.each([
    ["httppool/lean", false],
    ["httppool", false],
    ["httppool/lanes", true],
    ["httppool/retry", true],
  ])("%s has policies of traffic in its bundle: %s", async (door, hasThem) => {
    const { text } = await sizeOf({ code: `export * from "${door}"` });
    // What only these doors have in them.
    expect(/maxHold|idempotency-key/.test(text)).toBe(hasThem);
  });

  it.each(subPaths.map((subPath) => [specifierOf(subPath), subPath === "./lab"]))(
    "%s has the lab in its bundle: %s",
    async (door, hasIt) => {
      const { text } = await sizeOf({ code: `export * from "${door}"`, external: peers });
      expect(/sliding window|Cloudflare-Workers/.test(text)).toBe(hasIt);
    },
  );

  it("is what the README says", async () => {
    expect(await readmeSizes()).toBe(await sizeTable());
  });

  it("is told in kB rounded up", () => {
    expect([kilo(4901), kilo(5000), kilo(450)]).toEqual(["5.0", "5.0", "0.5"]);
  });
});
