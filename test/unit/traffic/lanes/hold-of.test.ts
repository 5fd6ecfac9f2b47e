import { expect, test } from "vitest";
import { holdOf } from "../../../../src/lanes.ts";
import { answer } from "./world.ts";

const NOW = Date.UTC(2026, 10, 25);

test.each([429, 503])("the Retry-After of a %s is obeyed", (status) => {
  expect(holdOf(answer(status, { "retry-after": "7" }), NOW)).toBe(7000);
  expect(holdOf(answer(status, { "retry-after": new Date(NOW + 5000).toUTCString() }), NOW)).toBe(5000);
});

test("the time is the wall clock's, unless another is given", () => {
  const ms = holdOf(answer(429, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }));
  expect(ms).toBeGreaterThan(50_000);
});

test.each([200, 301, 413, 500])("the Retry-After of a %s is not", (status) => {
  expect(holdOf(answer(status, { "retry-after": "7" }), NOW)).toBeUndefined();
});

test.each(["soon", "-1", "1.5", new Date(NOW - 1000).toUTCString()])("Retry-After: %s says nothing", (value) => {
  expect(holdOf(answer(429, { "retry-after": value }), NOW)).toBeUndefined();
});

test.each([
  ['"default";r=0;t=30', 30_000],
  ['"default";t=30;r=0', 30_000],
  ['"default"; r=0; t=30; pk=:dHJpY2s=:', 30_000],
  ["default;r=0;t=5", 5000],
  ['"a";r=0;t=5, "b";r=0;t=60, "c";r=9;t=99', 60_000],
  ['"a, b; c=\\"d\\"";r=0;t=2', 2000],
  ['"a";r=0;t=0', 0],
])("RateLimit: %s asks for quiet, whatever the status", (value, ms) => {
  expect(holdOf(answer(200, { ratelimit: value }), NOW)).toBe(ms);
});

test.each([
  "",
  '"default";r=1;t=30',
  '"default";r=0',
  '"default";t=30',
  '"default";r=0;t=-30',
  '"default";r=0;t=1.5',
  '"default";r=0;t=soon',
  '"default;r=0;t=30',
  "r=0;t=30",
  ";r=0;t=30",
  "limit=10, remaining=0, reset=30",
])("RateLimit: %j says nothing", (value) => {
  expect(holdOf(answer(429, { ratelimit: value }), NOW)).toBeUndefined();
});

test("Retry-After wins over RateLimit, which speaks where the other is malformed", () => {
  const ratelimit = '"x";r=0;t=30';
  expect(holdOf(answer(429, { "retry-after": "1", ratelimit }), NOW)).toBe(1000);
  expect(holdOf(answer(429, { "retry-after": "soon", ratelimit }), NOW)).toBe(30_000);
});

test.each(['\\"', "\\", '" "'])("RateLimit: a string that has no end, of %j again and again, is read once", (part) => {
  const ratelimit = `"x";r=0;t=30, "${part.repeat(500_000)}`;
  expect(holdOf(answer(429, { ratelimit: `${ratelimit}\\` }), NOW)).toBeUndefined();
});
