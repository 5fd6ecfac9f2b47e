import * as fc from "fast-check";
import { expect, test } from "vitest";
import { plans, settings } from "./deed.ts";
import { Theatre } from "./theatre.ts";

test("whatever order calls, answers, bodies and aborts come in, nothing is lost, doubled or exceeded", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), settings, plans, async (scheduler, limits, people) => {
      const theatre = new Theatre(scheduler, limits);
      const { calls, pool, witness } = theatre;
      await theatre.end(Promise.all(people.map((plan) => theatre.play(plan))));

      expect(witness.violations).toEqual([]);
      expect(witness.finishes.size).toBe(witness.accepted);
      expect(pool).toMatchObject({ waiting: 0, senders: 0, running: 0, closed: true, paused: false });
      expect(calls.filter(({ result }) => result === "nothing")).toEqual([]);
      expect(theatre.bodies.filter((isReleased) => !isReleased())).toEqual([]);
      expect(theatre.clock.timers).toBe(0);
      if (people.flat().every((deed) => deed.do !== "map")) {
        expect(witness.accepted + witness.rejections.length).toBe(calls.length);
      }
    }),
    { numRuns: 500 },
  );
}, 120_000);
