import { type Life, lineOf, stationOf, waitedFor } from "../scene/life.ts";
import { OUTCOMES } from "../scene/outcome.ts";
import { nothingSpent, type Reason, REASONS, type Spent, totalOf } from "../scene/reasons.ts";
import type { Span } from "../scene/track.ts";
import type { WaitLedger } from "../scene/wait-ledger.ts";
import { apportion } from "./apportion.ts";

const FOR: Readonly<Record<Reason, string>> = {
  place: "in line",
  rest: "at rest",
  hold: "while its lane was held",
  laneSlot: "for a slot of its lane",
  lanePace: "for the pace of its lane",
  paused: "while the pool was paused",
  slot: "for a slot",
  pace: "for the pace",
  spread: "for the spread",
  late: "for this page to catch up",
};

/** What a task is called. */
export function nameOf({ id, number }: Life): string {
  return id === undefined ? `A task without a number yet (the load’s ${figure(number)})` : `Task #${id}`;
}

/** Tells a task's life in a sentence: what it waited for, what failed, how it ended. */
export function tell(life: Life, ledger: WaitLedger, now: number): string {
  const { end, stages } = life;
  const where = { line: " It stands in line.", queue: " It waits.", slot: " It is under way.", over: "" }[
    stationOf(life)
  ];
  const parts = [waitedWords(waitedFor(life, ledger, now), end === undefined)];
  const failed = stages.flatMap(({ span }) => (span?.againMs === undefined ? [] : (span.word ?? "")));
  if (failed.length > 0) parts.push(`retried ${times(failed.length)} after ${[...new Set(failed)].join(", ")}`);
  if (end !== undefined) parts.push(endWords(life, end.at));
  return `${capital(parts.join("; "))}.${where}`;
}

/** One step of a life, for a list. */
export interface Chapter {
  /** ms of the scene. */
  readonly at: number;
  readonly what: string;
  readonly words: string;
}

/** Tells a task's life step by step. */
export function chaptersOf(life: Life, ledger: WaitLedger, now: number): Chapter[] {
  const { cameAt, queuedAt, stages, end } = life;
  const line = lineOf(life, now);
  const chapters: Chapter[] = [
    { at: cameAt, what: "came", words: line > 0 ? `stood in line for ${ms(line)}` : "found a place at once" },
  ];
  for (const [at, { waiting, span }] of stages.entries()) {
    const spent = ledger.spentBy(waiting, now);
    const isFirst = at === 0;
    chapters.push({
      at: isFirst ? (queuedAt ?? waiting.from) : waiting.from,
      what: isFirst ? "queued" : "rests",
      words: waitedWords(spent, span === undefined && end === undefined),
    });
    if (span !== undefined) chapters.push(attemptChapter(span, stages.length > 1, now));
  }
  if (end !== undefined) chapters.push({ at: end.at, what: "the end", words: endWords(life, end.at) });
  return chapters;
}

function attemptChapter(span: Span, isOneOfMany: boolean, now: number): Chapter {
  const { attempt = 1, track, from, headersAt, consumedAt, to, word, againMs } = span;
  const parts: string[] = [];
  parts.push(headersAt === undefined ? "no headers" : `headers after ${ms(headersAt - from)}`);
  const read = consumedAt ?? to ?? now;
  if (headersAt !== undefined && read > headersAt) parts.push(`body ${ms(read - headersAt)}`);
  if (consumedAt !== undefined && to !== undefined && to > consumedAt) parts.push(`clean-up ${ms(to - consumedAt)}`);
  if (to === undefined) parts.push("under way");
  else if (againMs !== undefined) parts.push(`${word ?? "failed"}: tried again in ${ms(againMs)}`);
  else if (headersAt === undefined) parts.push(word ?? "over");
  return {
    at: from,
    what: isOneOfMany ? `attempt ${attempt}, slot ${track}` : `slot ${track}`,
    words: parts.join(", "),
  };
}

/** How much was waited, and for what. The parts add up, as they are written. */
function waitedWords(spent: Spent, isGoingOn: boolean): string {
  const total = Math.round(totalOf(spent));
  if (total === 0) return isGoingOn ? "has not waited yet" : "waited for nothing";
  const whole = apportion(
    REASONS.map((reason) => spent[reason]),
    total,
  );
  const rounded = nothingSpent();
  for (const [at, reason] of REASONS.entries()) rounded[reason] = whole[at] ?? 0;
  const reasons = REASONS.filter((reason) => rounded[reason] > 0);
  const verb = isGoingOn ? "has waited" : "waited";
  const [only] = reasons;
  if (reasons.length === 1 && only !== undefined) return `${verb} ${ms(total)} ${FOR[only]}`;
  return `${verb} ${ms(total)}: ${reasons.map((reason) => `${figure(rounded[reason])} ${FOR[reason]}`).join(", ")}`;
}

function endWords({ cameAt, end, stages }: Life, at: number): string {
  if (end?.outcome === "refused") return `refused: ${end.word}`;
  const label = OUTCOMES.find(([outcome]) => outcome === end?.outcome)?.[1] ?? "over";
  const isSent = stages.some(({ span }) => span !== undefined);
  return `${label} (${end?.word ?? ""}) ${isSent ? "" : "before it started, "}${ms(at - cameAt)} after it came`;
}

function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

function ms(value: number): string {
  return `${figure(value)} ms`;
}

function figure(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
