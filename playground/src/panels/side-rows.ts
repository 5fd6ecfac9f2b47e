import type { Measures } from "../scene/measures.ts";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";

/** One side, as a row looks at it. */
export interface Side {
  readonly measures: Measures;
  /** The settings that it should keep to. */
  readonly settings: Settings;
}

/** One thing that is measured of both sides. */
export interface SideRow {
  readonly label: string;
  readonly why: string;
  /** What it came to, as it is shown. */
  text(side: Side): string;
  /** Its name, and what it came to, in the sentence of the verdict. Of those that are judged. */
  readonly name?: string;
  brief?(side: Side): string;
  /** How bad it is: 0 is as it should be. Without it neither more nor less is better. null: too little is known. */
  badness?(side: Side): number | null;
  /** One that is worse by less than this share of it, or by less than this, is no worse. @default 5 % */
  readonly slack?: { readonly share: number; readonly least: number };
  /** Whether there is such a thing with these settings. */
  isThere?(settings: Settings): boolean;
}

/** What is measured. Of what is judged, what matters most comes first. */
export const SIDE_ROWS: readonly SideRow[] = [
  {
    label: "Requests sent",
    why: "Whatever became of them.",
    text: ({ measures }) => String(measures.sent),
  },
  {
    label: "Answered with 429",
    why: "Its share of all answers is what counts.",
    text: ({ measures: { limited, answers } }) => `${limited} (${percent(limited, answers)})`,
    name: "429s",
    brief: ({ measures: { limited, answers } }) => percent(limited, answers),
    badness: ({ measures: { limited, answers } }) => (answers === 0 ? null : limited / answers),
  },
  {
    label: "Sent while told to wait",
    why: "After a Retry-After that was not over. The pool obeys it in lanes.",
    text: ({ measures }) => String(measures.duringHold),
    name: "requests while told to wait",
    badness: ({ measures }) => measures.duringHold,
  },
  {
    label: "Most at once at the server",
    why: "Should be no more than workers. Bodies that nobody reads, and what runs on after a timeout, count too.",
    text: ({ measures, settings }) => beyond(measures.mostOpen, mostSlots(settings)),
    name: "the most requests at once",
    brief: ({ measures }) => String(measures.mostOpen),
    badness: ({ measures, settings }) => Math.max(0, measures.mostOpen - mostSlots(settings)),
  },
  {
    label: "Most starts within one period",
    why: "Should be no more than workers. Fixed windows burst where one ends and the next begins.",
    text: ({ measures, settings }) => beyond(measures.mostStarts, mostSlots(settings)),
    name: "the most starts in one period",
    brief: ({ measures }) => String(measures.mostStarts),
    badness: ({ measures, settings }) =>
      settings.period > 0 ? Math.max(0, measures.mostStarts - mostSlots(settings)) : null,
    isThere: ({ period }) => period > 0,
  },
  {
    label: "Ran on after a timeout or an abort",
    why: "The job was given up, and its request was not.",
    text: ({ measures }) => String(measures.ranOn),
    name: "requests that ran on",
    badness: ({ measures }) => measures.ranOn,
  },
  {
    label: "Left open when the job was done",
    why: "Bodies that nobody read or cancelled. Some end by themselves, others with the garbage collector.",
    text: ({ measures: { leftOpen, beside } }) => (leftOpen > 0 ? `${leftOpen}, ${beside} open now` : "0"),
    name: "connections left open",
    brief: ({ measures }) => String(measures.leftOpen),
    badness: ({ measures }) => measures.leftOpen,
  },
  {
    label: "Most tasks waiting in its queue",
    why: "Should be no more than queueSize: each is memory.",
    text: ({ measures: { mostWaiting, isGrowing, inLine }, settings }) => {
      const growing = isGrowing && inLine === 0 && mostWaiting > mostPlaces(settings) ? ", and growing" : "";
      return `${beyond(mostWaiting, mostPlaces(settings))}${growing}`;
    },
    name: "the longest queue",
    brief: ({ measures }) => String(measures.mostWaiting),
    badness: ({ measures, settings }) => Math.max(0, measures.mostWaiting - mostPlaces(settings)),
  },
  {
    label: "Callers held back",
    why: "By back-pressure: they wait to be let in, or are refused.",
    text: ({ measures: { inLine, refused, isGrowing } }) => {
      const line = `${inLine} in line${inLine > 0 && isGrowing ? ", and growing" : ""}`;
      return refused > 0 ? `${inLine > 0 ? `${line}, ` : ""}${refused} refused` : line;
    },
  },
  {
    label: "Answered well",
    why: "A status below 400, and a body read as it was to be.",
    text: ({ measures }) => `${measures.answered}, ${perSecond(measures).toFixed(1)} a second`,
    name: "good answers a second",
    brief: (side) => perSecond(side.measures).toFixed(1),
    badness: ({ measures }) => (measures.answered === 0 ? null : 1 / perSecond(measures)),
  },
  {
    label: "Wait before it is sent: half, 95 %",
    why: "From the call to the first request; of the last 2,000.",
    text: ({ measures: { wait50, wait95 } }) => `${inSeconds(wait50)}, ${inSeconds(wait95)}`,
    name: "how long 95 % wait at most",
    brief: ({ measures }) => inSeconds(measures.wait95),
    badness: ({ measures }) => measures.wait95,
    slack: { share: 0.1, least: 50 },
  },
  {
    label: "Until the headers: 95 %",
    why: "From a request on: how busy the server is kept.",
    text: ({ measures }) => inSeconds(measures.answer95),
    name: "the time to the headers",
    badness: ({ measures }) => measures.answer95,
    slack: { share: 0.1, least: 50 },
  },
];

/** Which side a row speaks for: below 0 A, above 0 B, 0 neither; undefined: it does not judge. */
export function judge({ badness, slack = { share: 0.05, least: 0 } }: SideRow, a: Side, b: Side): number | undefined {
  const [ofA, ofB] = [badness?.(a), badness?.(b)];
  if (ofA === undefined || ofB === undefined || ofA === null || ofB === null) return undefined;
  const worse = Math.max(ofA, ofB);
  const better = Math.min(ofA, ofB);
  if (worse - better <= Math.max(slack.share * worse, slack.least)) return 0;
  return ofA - ofB;
}

/** Answered well, a second. */
function perSecond({ answered, ms }: Measures): number {
  return ms > 0 ? (1000 * answered) / ms : 0;
}

/** What is tried again takes a place even where none is free. */
function mostPlaces(settings: Settings): number {
  return settings.queueSize + (settings.retry ? mostSlots(settings) : 0);
}

function beyond(value: number, most: number): string {
  return value > most ? `${value}, over ${most}` : String(value);
}

function percent(part: number, whole: number): string {
  if (part === 0 || whole === 0) return "0\u00A0%";
  const share = (100 * part) / whole;
  return `${share.toFixed(share < 10 ? 1 : 0)}\u00A0%`;
}

function inSeconds(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)}\u00A0ms` : `${(ms / 1000).toFixed(1)}\u00A0s`;
}
