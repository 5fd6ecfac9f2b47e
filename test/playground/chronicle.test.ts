import { describe, expect, it } from "vitest";
import { Chronicle } from "../../playground/src/scene/chronicle.ts";

describe("A chronicle", () => {
  it("tells how it was at any time, and nothing of before", () => {
    const chronicle = new Chronicle(["running", "waiting"], 1000);
    chronicle.note(10, { running: 1, waiting: 0 });
    chronicle.note(20, { running: 2, waiting: 5 });
    expect(chronicle.at(9.9)).toBeUndefined();
    expect(chronicle.at(10)).toEqual({ since: 10, running: 1, waiting: 0 });
    expect(chronicle.at(19)).toEqual({ since: 10, running: 1, waiting: 0 });
    expect(chronicle.at(1e9)).toEqual({ since: 20, running: 2, waiting: 5 });
    expect(chronicle.begins).toBe(Number.NEGATIVE_INFINITY);
  });

  it("takes what is said last of a moment, and says when it changed next", () => {
    const chronicle = new Chronicle(["running"], 1000);
    for (const [now, running] of [
      [1, 1],
      [1, 2],
      [4, 2],
      [6, 3],
    ] as const) {
      chronicle.note(now, { running });
    }
    expect(chronicle.at(1)).toEqual({ since: 1, running: 2 });
    expect(chronicle.at(5)).toEqual({ since: 1, running: 2 });
    expect(chronicle.after(1)).toBe(6);
    expect(chronicle.after(0)).toBe(1);
    expect(chronicle.after(6)).toBe(Number.POSITIVE_INFINITY);
  });

  it("forgets the oldest beyond its most, and says from when on it knows", () => {
    const most = 700;
    const chronicle = new Chronicle(["number"], most);
    for (let now = 0; now < 5000; now++) {
      chronicle.note(now, { number: now * 2 });
      const oldest = Math.max(0, now - most + 1);
      expect(chronicle.begins).toBe(oldest === 0 ? Number.NEGATIVE_INFINITY : oldest);
      for (const time of [oldest, Math.floor((oldest + now) / 2), now]) {
        expect(chronicle.at(time)).toEqual({ since: time, number: time * 2 });
      }
      if (oldest > 0) expect(chronicle.at(oldest - 1)).toBeUndefined();
    }
  });
});
