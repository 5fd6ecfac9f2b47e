import { FETCHED, hold, type Hold, UNDER_WAY } from "../../engines/stage/hold.ts";
import { isRedisMissing } from "../redis.ts";
import { sharedPace } from "../../engines/stage/shared-pace.ts";
import { stage } from "../../engines/stage/stage.ts";
import type { Line, Row } from "../row.ts";

/** What holds and a shared pace are by the server's count. */
export const engines: Row = {
  name: "engines",
  title: "Several processes on a local Redis, by the server's count",
  async measure({ short }) {
    if (isRedisMissing("engines")) return [];
    return [...(await holds(short ? 1 : 5)), ...(await pace(short ? 2 : 10))];
  },
};

/** What came to the server in a hold of two seconds, at most of some runs. */
async function holds(runs: number): Promise<Line[]> {
  const most = async (hasLanes: boolean, count: (one: Hold) => number): Promise<number> => {
    let worst = 0;
    for (let run = 0; run < runs; run++) {
      await using staged = await stage();
      worst = Math.max(worst, count(await hold(staged, { hasLimiter: true, lanes: hasLanes })));
    }
    return worst;
  };
  const of = `three processes, most of ${runs} run${runs > 1 ? "s" : ""}`;
  return [
    {
      work: `requests during a hold, ${FETCHED} jobs fetched (${of})`,
      unit: "",
      measured: await most(false, ({ arrived }) => arrived),
      target: { of: "value", most: FETCHED - 1 },
    },
    {
      work: `with lanes: those, and those under way, ${UNDER_WAY} slots (${of})`,
      unit: "",
      measured: await most(true, ({ open, arrived }) => open + arrived),
      target: { of: "value", most: UNDER_WAY },
    },
  ];
}

/** What four processes make of a limit that they share by way of Redis. */
async function pace(windows: number): Promise<Line[]> {
  await using staged = await stage();
  const points = 100;
  const duration = 2;
  const counted = await sharedPace(staged, { points, duration, windows });
  return [
    {
      work: `gate on Redis, four processes, ${windows * duration} s: requests beyond ${points} in ${duration} s`,
      unit: "",
      measured: Math.max(0, counted.beyond),
      target: { of: "value", most: 0 },
    },
    {
      work: "share of that limit that was used",
      unit: "",
      measured: counted.used,
      target: { of: "value", least: 0.95 },
    },
  ];
}
