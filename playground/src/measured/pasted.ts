import { LONGEST, MOST_REQUESTS } from "../settings/measured.ts";
import type { Sample } from "./sample.ts";
import { Unreadable } from "./unreadable.ts";

const BETWEEN = /[\s,;[\]]*/y;
const TIME = /([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:[^\S\r\n]*(ns|µs|μs|us|ms|s|sec|min))?(?=[\s,;[\]]|$)/iy;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  µs: 1e-3,
  μs: 1e-3,
  us: 1e-3,
  ms: 1,
  s: 1000,
  sec: 1000,
  min: 60_000,
};
/** Characters of what was wrong that are shown. */
const SHOWN = 24;

/** Reads times that somebody pasted: numbers of ms, or with a unit, with anything of blanks, commas and lines between. @throws {Unreadable} */
export function readPasted(text: string): Sample {
  const times: number[] = [];
  for (let at = skip(text, 0); at < text.length; at = skip(text, TIME.lastIndex)) {
    if (times.length === MOST_REQUESTS) {
      return { times, leftOut: [`only the first ${MOST_REQUESTS.toLocaleString("en")} times were read`] };
    }
    TIME.lastIndex = at;
    const [, number, unit = "ms"] = TIME.exec(text) ?? [];
    const nth = `No. ${times.length + 1}, “${wordAt(text, at)}”,`;
    if (number === undefined) {
      throw new Unreadable(
        `${nth} is no time. A time is a number of ms, like 120 or 85.5, or has a unit: 120ms, 1.2 s.`,
      );
    }
    const time = Number(number) * (UNITS[unit.toLowerCase()] ?? 1);
    if (time < 0) throw new Unreadable(`${nth} is less than 0.`);
    if (time > LONGEST) throw new Unreadable(`${nth} is longer than ${LONGEST / 60_000} minutes.`);
    times.push(time);
  }
  if (times.length === 0) throw new Unreadable("There is no time in it.");
  return { times, leftOut: [] };
}

/** Where what lies between ends. */
function skip(text: string, from: number): number {
  BETWEEN.lastIndex = from;
  BETWEEN.exec(text);
  return BETWEEN.lastIndex;
}

function wordAt(text: string, at: number): string {
  const word = /^[^\s,;[\]]*/.exec(text.slice(at, at + SHOWN + 1))?.[0] ?? "";
  return word.length > SHOWN ? `${word.slice(0, SHOWN)}…` : word;
}
