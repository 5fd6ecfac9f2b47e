import { afterEach, expect, test, vi } from "vitest";
import { nextSerialNumber } from "../../../../src/lib/runtime/serial-number.ts";

afterEach(() => vi.resetModules());

test("nextSerialNumber counts on, together with other copies of the package", async () => {
  const first = nextSerialNumber();
  vi.resetModules();
  const copy = await import("../../../../src/lib/runtime/serial-number.ts");
  expect(copy.nextSerialNumber).not.toBe(nextSerialNumber);
  expect([copy.nextSerialNumber(), nextSerialNumber(), copy.nextSerialNumber()]).toEqual([
    first + 1,
    first + 2,
    first + 3,
  ]);
});
