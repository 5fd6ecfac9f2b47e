import { afterEach } from "vitest";

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Lets something end with the test, the last first. */
export function atEnd(close: () => Promise<unknown>): void {
  closers.push(close);
}
