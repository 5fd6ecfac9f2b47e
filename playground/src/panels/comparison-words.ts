import { rivalCodeFor } from "../rivals/rival-code.ts";
import { differencesOf, keptOf } from "../settings/kept.ts";
import type { Settings } from "../settings/settings.ts";
import { codeFor } from "./code.ts";

/** The names of both sides, in a sentence. */
export function namesOf({ compare }: Settings): readonly [a: string, b: string] {
  if (compare === "kept") return ["A", "B"];
  return ["httppool", compare === "care" ? "p-queue with care" : "p-queue + fetch"];
}

/** What is compared, in a few sentences. */
export function aboutOf(settings: Settings): string {
  const { compare, world } = settings;
  if (world === "real") return "Two sides would be twice the load on a real server: only a simulated one is compared.";
  if (compare === "none") {
    return "Both sides get the same tasks at the same times, and each a server of its own, with the same luck.";
  }
  if (compare === "kept") {
    const differences = differencesOf(settings);
    if (differences.length === 0)
      return "B has the same settings, so far. Change some: those of A change, B keeps its own.";
    return `Different are: ${differences.join("; ")}.`;
  }
  const lacks = lacksOf(settings);
  const more = lacks.length > 0 ? ` It has no ${lacks.join(", no ")}.` : "";
  const isDeaf = compare === "care" && settings.lanes === "none" && settings.limit > 0;
  const deaf = isDeaf ? " These settings have no lanes, and without them the pool does not obey it." : "";
  return `${compare === "hand" ? BY_HAND : WITH_CARE}${deaf}${more} What runs is the code below and p-queue itself, on the clock of the scene.`;
}

/** The code of B. */
export function codeOfB(settings: Settings): string {
  const { compare } = settings;
  if (compare === "none") return "";
  return compare === "kept" ? codeFor(keptOf(settings)) : rivalCodeFor(compare, settings);
}

const BY_HAND = "p-queue with the options that its documentation names first, and fetch in its jobs.";
const WITH_CARE =
  "p-queue with a sliding window and a bounded queue, its signal handed on to fetch, bodies released and Retry-After obeyed.";

/** What the settings use and p-queue has no word for. */
function lacksOf({ slots, lanes, laneSlots, breaker, retry, compare }: Settings): string[] {
  const lacks: string[] = [];
  if (slots === "tuned" || (lanes !== "none" && laneSlots === "tuned")) lacks.push("slots that tune themselves");
  if (breaker) lacks.push("breaker");
  if (compare === "hand" && lanes !== "none") lacks.push("lanes");
  if (compare === "hand" && retry) lacks.push("retries");
  if (compare === "care" && retry) lacks.push("budget of retries");
  return lacks;
}
