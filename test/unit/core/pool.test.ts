import { afterEach, expect, test, vi } from "vitest";

const FILE = "../../../src/lib/runtime/async-dispose.ts";

afterEach(() => {
  vi.doUnmock(FILE);
  vi.resetModules();
});

test("where the runtime has no `Symbol.asyncDispose`, the pool has no such method", async () => {
  vi.doMock(FILE, () => ({ asyncDispose: undefined }));
  vi.resetModules();
  const { Client } = await import("../../../src/lean.ts");
  const pool = new Client({ handler: () => Promise.resolve(null) }).start();
  expect(Object.hasOwn(pool, Symbol.asyncDispose)).toBe(false);
  expect(Object.hasOwn(pool, "undefined")).toBe(false);
});
