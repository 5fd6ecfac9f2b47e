import { describe, expect, it } from "vitest";
import { finder } from "../../playground/src/panels/find.ts";

const LINES = [
  "1.429 finish #7 0 ok: 200 after 3429 ms, https://a.example",
  "2.000 finish #429 1 ok: 200 after 12 ms, https://b.example",
  "3.000 headers #8 0 429 after 12 ms",
  "4.000 start #72 0 waited 429 ms",
];

const found = (text: string): number[] => LINES.flatMap((line, at) => (finder(text)(line) ? [at] : []));

describe("What is looked for in the log", () => {
  it("as a number is that number, and no part of another, no time and no duration", () => {
    expect(found("429")).toEqual([1, 2]);
    expect(found("12")).toEqual([]);
    expect(found("200")).toEqual([0, 1]);
  });

  it("as a task is that task", () => {
    expect(found("#7")).toEqual([0]);
    expect(found("#72")).toEqual([3]);
  });

  it("as a duration is found when its unit is there", () => {
    expect(found("429 ms")).toEqual([3]);
    expect(found("12 ms")).toEqual([1, 2]);
  });

  it("in words is found anywhere, whatever its case; nothing finds all", () => {
    expect(found("B.Example")).toEqual([1]);
    expect(found("finish")).toEqual([0, 1]);
    expect(found("")).toEqual([0, 1, 2, 3]);
    expect(found("a.example(")).toEqual([]);
  });
});
