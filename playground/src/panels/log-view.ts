import type { FinishEvent } from "httppool";
import { laneLabel } from "../scene/lane-history.ts";
import { outcomeOf, wordFor } from "../scene/outcome.ts";
import type { Selection } from "../page/selection.ts";
import type { Life } from "../scene/life.ts";
import type { Lives } from "../scene/lives.ts";
import type { LogEntry } from "../scene/recorder.ts";
import type { Ring } from "../scene/ring.ts";
import { finder } from "./find.ts";
import { Sight } from "../page/element.ts";
import { LogRows } from "./log-rows.ts";

/** What the log shows. */
export interface LogFilter {
  readonly types: ReadonlySet<string>;
  /** Only what went wrong. */
  readonly troubles: boolean;
  /** As it was typed. */
  readonly text: string;
}

/** Entries looked at for one picture of the log. */
const LOOKED_AT = 3000;

/** The newest events first. */
export class LogView {
  readonly #rows: LogRows;
  readonly #none: HTMLElement;
  readonly #sight: Sight;
  readonly #selection: Selection<Life>;
  #shown = "";
  #lives: Lives | undefined;
  #followed: Life | undefined;

  /** @param selection The task that somebody follows. */
  constructor(body: HTMLTableSectionElement, none: HTMLElement, selection: Selection<Life>) {
    this.#none = none;
    this.#sight = new Sight(body.closest("section") ?? body);
    this.#selection = selection;
    this.#rows = new LogRows(body, (life) => selection.follow(life));
  }

  /** Shows the newest entries that pass the filter. */
  draw(log: Ring<LogEntry>, lives: Lives, filter: LogFilter): void {
    const followed = this.#selection.current;
    const version = `${log.pushed} ${[...filter.types].join(" ")} ${filter.troubles} ${filter.text}`;
    const isSame = version === this.#shown && lives === this.#lives && followed === this.#followed;
    if (isSame || !this.#sight.isSeen) return;
    // Whoever is about to choose a row must find it where it was.
    if (this.#rows.isInUse && lives === this.#lives && followed === this.#followed) return;
    this.#shown = version;
    this.#lives = lives;
    this.#followed = followed;
    const isMeant = finder(filter.text);
    let used = 0;
    let looked = 0;
    for (const entry of log.newest()) {
      if (used === this.#rows.length || ++looked > LOOKED_AT) break;
      const { event } = entry;
      if (!filter.types.has(event.type)) continue;
      const line = lineOf(entry);
      if (filter.troubles && !line.isTrouble) continue;
      if (!isMeant(line.cells.join(" "))) continue;
      const life = event.type === "log" ? undefined : lives.of(event);
      this.#rows.write(used++, line.cells, line.kind, life, life !== undefined && life === followed);
    }
    this.#rows.end(used);
    this.#none.hidden = used > 0;
  }
}

interface LogLine {
  readonly cells: readonly string[];
  /** The outcome, or the type of the event. */
  readonly kind: string;
  readonly isTrouble: boolean;
}

/** An entry in words. */
export function lineOf({ at, event }: LogEntry): LogLine {
  const time = (at / 1000).toFixed(3);
  const line = (id: string, slot: string, text: string, kind: string, isTrouble: boolean): LogLine => ({
    cells: [time, event.type, id, slot, text],
    kind,
    isTrouble,
  });
  switch (event.type) {
    case "queue":
      return line(`#${event.id}`, "", `${event.waiting} waiting`, "queue", false);
    case "reject":
      return line(
        "",
        "",
        { full: "the queue is full", closed: "the pool is closed", aborted: "its caller gave up" }[event.reason],
        "reject",
        true,
      );
    case "start": {
      const attempt = event.attempt > 1 ? `, attempt ${event.attempt}` : "";
      return line(`#${event.id}`, String(event.slot), `waited ${ms(event.waitedMs)}${attempt}`, "start", false);
    }
    case "headers":
      return line(
        `#${event.id}`,
        String(event.slot),
        `${event.status} after ${ms(event.ttfbMs)}`,
        "headers",
        event.status >= 400,
      );
    case "finish": {
      const outcome = outcomeOf(event);
      return line(
        `#${event.id}`,
        event.slot === undefined ? "" : String(event.slot),
        describe(event),
        outcome,
        outcome !== "ok",
      );
    }
    case "retry": {
      const what = `${wordFor(event)} after ${ms(event.durationMs)}, again in ${ms(event.delayMs)}`;
      return line(`#${event.id}`, String(event.slot), what, outcomeOf(event), true);
    }
    case "hold":
      return line(
        "",
        "",
        `${laneLabel(event.lane)} is held for ${ms(event.ms)}: ${event.status ?? "by its gate"}`,
        "hold",
        true,
      );
    case "limit": {
      const whose = event.lane === undefined ? "" : ` for ${laneLabel(event.lane)}`;
      return line("", "", `${event.workers} slots now${whose}`, "limit", false);
    }
    default:
      return line("", "", event.text, "log", true);
  }
}

function describe(event: FinishEvent): string {
  const took = event.slot === undefined ? "while it waited" : `after ${ms(event.durationMs)}`;
  const { origin } = event;
  return `${event.ok ? "ok" : "not ok"}: ${wordFor(event)} ${took}${origin === undefined ? "" : `, ${origin}`}`;
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
