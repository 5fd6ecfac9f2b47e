import { afterEach, expect, test, vi } from "vitest";
import { consoleLogger } from "../../../../src/lib/runtime/console-logger.ts";

afterEach(() => vi.restoreAllMocks());

test("tells errors to the console, looked up late, and details to nobody", () => {
  const names = ["log", "debug", "info", "warn", "error"] as const;
  const [log, debug, info, warn, error] = names.map((name) => vi.spyOn(console, name).mockReturnValue(undefined));
  consoleLogger.debug("detail", 1);
  consoleLogger.error("failure", 2);
  expect(error?.mock.calls).toEqual([["failure", 2]]);
  for (const spy of [log, debug, info, warn]) expect(spy).not.toHaveBeenCalled();
});
