import { expect, test } from "vitest";
import { whenSettled } from "../../../src/lib/when-settled.ts";

class Witness {
  readonly heard: unknown[] = [];

  go(value: unknown): void {
    this.heard.push("then", value);
  }

  fail(error: unknown): void {
    this.heard.push("fail", error);
  }
}

test("goes on at once with what is no promise", () => {
  const self = new Witness();
  whenSettled(self, 5, self.go, self.fail);
  expect(self.heard).toEqual(["then", 5]);
});

test.each([
  ["well", () => Promise.resolve(5), ["then", 5]],
  ["badly", () => Promise.reject(new Error("no")), ["fail", new Error("no")]],
])("goes on when a promise has settled %s", async (_, make, heard) => {
  const self = new Witness();
  const promise: Promise<unknown> = make();
  whenSettled(self, promise, self.go, self.fail);
  expect(self.heard).toEqual([]);
  await promise.catch(() => undefined);
  expect(self.heard).toEqual(heard);
});
