import type { Measures } from "../scene/meter.ts";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";
import { make, say } from "../page/element.ts";

interface Row {
  readonly label: string;
  readonly value: (measures: Measures) => number;
  /** The most it should be; undefined: there is no such thing. */
  readonly limit: (settings: Settings) => number | undefined;
  readonly why: string;
}

const ROWS: readonly Row[] = [
  {
    label: "Most connections open at once",
    value: ({ mostOpen }) => mostOpen,
    limit: mostSlots,
    why: "p-queue’s timeout frees the place, but fetch runs on; bodies that nobody reads keep their connections.",
  },
  {
    label: "Most starts within one period",
    value: ({ mostStarts }) => mostStarts,
    limit: (settings) => (settings.period > 0 ? mostSlots(settings) : undefined),
    why: "p-queue’s interval is the queue’s, not a slot’s: the end of one and the beginning of the next may burst together.",
  },
  {
    label: "Most tasks waiting in memory",
    value: ({ mostWaiting }) => mostWaiting,
    limit: ({ queueSize }) => queueSize,
    why: "p-queue takes in whatever comes. The pool lets senders wait, or refuses them, and so slows the source down.",
  },
  {
    label: "Connections open without a job, now",
    value: ({ leaked }) => leaked,
    limit: () => 0,
    why: "A body left unread, until the garbage collector comes by, or a request that outlived its timeout. The pool drains, cancels or aborts what is left.",
  },
  {
    label: "Finished so far",
    value: ({ finished }) => finished,
    limit: () => undefined,
    why: "With p-queue a job that timed out counts as finished, whether or not its request still runs.",
  },
  {
    label: "Held back now, or refused",
    value: ({ heldBack }) => heldBack,
    limit: () => undefined,
    why: "Back-pressure: senders in line, and offers refused.",
  },
];

/** What the two sides came to, and what they should have. */
export class Comparison {
  readonly #rows: HTMLTableRowElement[] = [];

  constructor(body: HTMLElement) {
    for (const { label, why } of ROWS) {
      const head = make("th", { scope: "row" }, label);
      const row = make("tr", {}, head, make("td"), make("td"), make("td"), make("td", {}, why));
      this.#rows.push(row);
      body.append(row);
    }
  }

  draw(ours: Measures, theirs: Measures, settings: Settings): void {
    for (const [at, { value, limit }] of ROWS.entries()) {
      const cells = this.#rows[at]?.cells;
      const most = limit(settings);
      if (cells?.[1] !== undefined) say(cells[1], most === undefined ? "" : most === 0 ? "0" : `≤ ${most}`);
      show(cells?.[2], value(ours), most);
      show(cells?.[3], value(theirs), most);
    }
  }
}

function show(cell: HTMLTableCellElement | undefined, value: number, most: number | undefined): void {
  if (cell === undefined) return;
  const isOver = most !== undefined && value > most;
  cell.classList.toggle("over", isOver);
  say(cell, isOver ? `${value} ▲ over` : String(value));
}
