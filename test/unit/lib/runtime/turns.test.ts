import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Turns as a runtime with these globals has them. */
async function turnsOf(globals: Readonly<Record<string, unknown>>) {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  const { Turns } = await import("../../../../src/lib/runtime/turns.ts");
  return new Turns();
}

const TICK = Promise.resolve();

test.each([
  ["setImmediate", {}],
  ["MessageChannel", { setImmediate: undefined }],
  ["setTimeout alone", { setImmediate: undefined, MessageChannel: undefined }],
  ["a Worker's globals", { setImmediate: undefined, navigator: { userAgent: "Cloudflare-Workers" } }],
])("with %s, a turn comes when all promises that could settle have", async (_, globals) => {
  const turns = await turnsOf(globals);
  for (let turn = 0; turn < 3; turn++) {
    let steps = 0;
    void (async () => {
      for (; steps < 1000; steps++) await TICK;
    })();
    await turns.next();
    expect(steps).toBe(1000);
  }
  turns.close();
  turns.close();
});

test("a Worker's messages are not used: they come before its streams have had their turn", async () => {
  const MessageChannel = vi.fn();
  const turns = await turnsOf({
    setImmediate: undefined,
    MessageChannel,
    navigator: { userAgent: "Cloudflare-Workers" },
  });
  await turns.next();
  expect(MessageChannel).not.toHaveBeenCalled();
});

test("fake timers that a test runner sets up later don't stop them", async () => {
  const turns = await turnsOf({});
  vi.useFakeTimers({ toFake: ["setImmediate", "setTimeout"] });
  try {
    await turns.next();
  } finally {
    vi.useRealTimers();
  }
});
