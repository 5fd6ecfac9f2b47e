import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** As browsers do it. */
async function browsers(): Promise<(response: Response) => Response> {
  vi.stubGlobal("setImmediate", undefined);
  return (await import("../../../../src/lib/runtime/read-by-promises.ts")).readByPromises;
}

/** A response whose body comes in pieces. */
function response(...pieces: string[]): Response {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "application/json" } });
}

test("a response is read to its end in each of the platform's ways", async () => {
  const read = await browsers();
  expect(await read(response("[1", ",2]")).text()).toBe("[1,2]");
  expect(await read(response("[1", ",2]")).json()).toEqual([1, 2]);
  expect([...(await read(response("a", "b")).bytes())]).toEqual([97, 98]);
  expect((await read(response("a", "b")).arrayBuffer()).byteLength).toBe(2);
  const blob = await read(response("a", "b")).blob();
  expect([blob.type, await blob.text()]).toEqual(["application/json", "ab"]);
});

test("it is read once, and is known to be used", async () => {
  const used = (await browsers())(response("a"));
  await used.text();
  expect([used.bodyUsed, used.body?.locked]).toEqual([true, true]);
  await expect(used.text()).rejects.toThrow(TypeError);
});

test("what its body fails with is what reading fails with", async () => {
  const failure = new Error("no");
  const failing = new Response(new ReadableStream({ start: (controller) => controller.error(failure) }));
  await expect((await browsers())(failing).text()).rejects.toBe(failure);
});

test("a body that is null is empty", async () => {
  expect(await (await browsers())(new Response(null)).text()).toBe("");
});

test("a response stays as it is where the platform reads by promises", async () => {
  const { readByPromises } = await import("../../../../src/lib/runtime/read-by-promises.ts");
  expect(Object.hasOwn(readByPromises(response("a")), "text")).toBe(false);
});
