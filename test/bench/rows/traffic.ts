import { compare } from "../comparison.ts";
import type { Line, Row, Target } from "../row.ts";

const LEAST_SHARE: Target = { of: "ratio", least: 0.95 };
const NOTHING: Target = { of: "value", most: 0 };
const MOST_REQUESTS: Target = { of: "value", most: 1.25 };

/** What one angry host costs the others, and how many requests a sick one gets. */
export const traffic: Row = {
  name: "traffic",
  title: "Traffic, on a loopback server, beside others' retries",
  async measure({ short, rounds }) {
    const [quiet, sick] = short ? [1, 1] : [2, 5];
    const conducts = [...(await compare(quiet, sick, rounds(3)))];
    return conducts.flatMap(([name, { early, alone, beside, share, requests }], index): Line[] => {
      const isOurs = index === 0;
      return [
        {
          work: `${name}: a host's tasks beside one that asks for ${quiet} s of quiet`,
          unit: "ms",
          measured: beside,
          peer: { name: "alone", value: alone },
          ratio: share,
          ...(isOurs && { target: LEAST_SHARE }),
        },
        {
          work: `${name}: requests to that one meanwhile`,
          unit: "",
          measured: early,
          ...(isOurs && { target: NOTHING }),
        },
        {
          work: `${name}: requests a task to a host that fails for ${sick} s`,
          unit: "",
          measured: requests,
          ...(isOurs && { target: MOST_REQUESTS }),
        },
      ];
    });
  },
};
