import type { Scene } from "../scene/scene.ts";
import type { Step } from "../scene/series.ts";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";

/** What has been seen of a scene, in one sentence. */
export type Sighting = (scene: Scene, settings: Settings) => string;

/** What there is to be seen in a preset. @returns That of any scene, for one that has none of its own. */
export function sightingFor(preset: string | undefined): Sighting {
  return (preset === undefined ? undefined : SIGHTINGS.get(preset)) ?? anySighting;
}

const anySighting: Sighting = ({ recorder: { tally, troubles }, evidence }) => {
  const wrong = Object.values(troubles).reduce((sum, its) => sum + its, 0);
  const refused = tally.full + tally.closed + tally.aborted;
  return `${tally.started} started, at most ${evidence.mostRunning} at once; ${wrong} went wrong, ${refused} refused, up to ${evidence.mostInLine} in line.`;
};

const SIGHTINGS: ReadonlyMap<string, Sighting> = new Map<string, Sighting>([
  [
    "first",
    ({ recorder, evidence, measures }) =>
      `${recorder.tally.started} started, at most ${evidence.mostRunning} at once${within(evidence.closestOfSlot, "no slot twice")}; up to ${measures.mostWaiting} waited, ${evidence.mostInLine} stood in line.`,
  ],
  [
    "lanes",
    ({ evidence, recorder }) => {
      const { limited = 0, holds = 0 } = evidence.hosts.get("a.example") ?? {};
      if (limited === 0) return `${count(evidence.answered, "answer")}; a.example has not said 429 yet.`;
      if (holds === 0) return `${evidence.answered} answers, ${recorder.troubles.limited} times 429; nothing was held.`;
      return `a.example said 429 ${times(limited)} and was held ${times(holds)}; meanwhile the others gave ${count(evidence.meanwhile, "answer")}.`;
    },
  ],
  [
    "retries",
    ({ recorder, evidence }) =>
      `${count(recorder.tally.retried, "attempt")} failed and rested; so ${count(evidence.rescued, "task")} came through, ${evidence.lost} did not; ${count(recorder.troubles.server, "error")} seen.`,
  ],
  [
    "tuned",
    ({ pool, evidence, recorder }) =>
      `${range(evidence.fewestSlots, evidence.mostSlots)}, ${pool.workers} now; ${evidence.answered} answered${half(recorder.series.steps)}.`,
  ],
  [
    "spread",
    ({ recorder, evidence }) =>
      `${recorder.tally.started} started${within(evidence.closest, "no two")}; ${recorder.troubles.limited} got 429.`,
  ],
  [
    "webhooks",
    ({ evidence, breaker }) => {
      const open = [...(breaker?.states() ?? [])].filter(([, { state }]) => state !== "closed").map(([host]) => host);
      const names = open.map((host) => host.replace(/:\d+$/, "")).join(", ");
      const circuits = names === "" ? "no circuit is open" : `the circuit of ${names} is open`;
      return `${circuits}; ${evidence.answered} delivered, ${evidence.of("circuit open")} not even sent.`;
    },
  ],
  [
    "crawler",
    ({ evidence, recorder }) =>
      `${recorder.tally.started} of ${count(recorder.tally.queued, "page")} asked for${within(evidence.closestOfSlot, "no slot twice")}; ${evidence.of("filtered")} filtered out.`,
  ],
  [
    "llm",
    ({ recorder: { tally, troubles }, evidence }) =>
      `${tally.started} sent, ${evidence.answered} answered, ${troubles.limited} told to come later (429), ${troubles.timeout} timed out.`,
  ],
  [
    "edge",
    ({ recorder, evidence }) =>
      `${evidence.answered} answered, ${recorder.tally.full} refused at once, ${evidence.of("expired")} too late to be sent.`,
  ],
  [
    "uploads",
    ({ evidence }) =>
      `${evidence.answered} arrived, ${evidence.of("aborted")} given up; at most ${evidence.mostRunning} on the line at once.`,
  ],
  [
    "leaks",
    ({ measures, opponent }, settings) => {
      const ours = `of ${mostSlots(settings)} connections that there should be, the pool had up to ${measures.mostOpen} open`;
      if (opponent === undefined || settings.compare !== "hand") return `${ours}.`;
      const { mostOpen, beside } = opponent.measures;
      return `${ours}; p-queue + fetch ${mostOpen}, ${beside} of them now without a job.`;
    },
  ],
  [
    "full",
    ({ recorder: { tally }, evidence, clock }) => {
      const seconds = clock.now() / 1000;
      const rate = seconds < 1 ? "" : `, ${Math.round(evidence.answered / seconds)} a second`;
      return `${tally.started} started, ${evidence.answered} answered${rate}; at most ${evidence.mostRunning} at once, up to ${evidence.mostInLine} in line.`;
    },
  ],
]);

function within(ms: number, what: string): string {
  return Number.isFinite(ms) ? `, ${what} within ${Math.floor(ms)} ms` : "";
}

function range(fewest: number, most: number): string {
  return fewest === most ? count(most, "slot") : `${fewest} to ${count(most, "slot")}`;
}

/** How long answers took of late. */
function half(steps: readonly Step[]): string {
  const median = steps.at(-1)?.median ?? undefined;
  return median === undefined ? "" : `, half of them within ${Math.round(median)} ms`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function times(number: number): string {
  return number === 1 ? "once" : `${number} times`;
}
