import { LARGEST, LONGEST, MOST_REQUESTS } from "../settings/measured.ts";
import type { Sample } from "./sample.ts";
import { Unreadable } from "./unreadable.ts";

/** Why an entry is not taken in, in the words of the page. */
const REASONS = {
  cached: "from the cache",
  local: "not of the network",
  unanswered: "without an answer",
  untimed: "without a time",
  long: `longer than ${LONGEST / 60_000} minutes`,
} as const;

type Reason = keyof typeof REASONS;
type Json = Readonly<Record<string, unknown>>;

/**
 * Reads the times, statuses and sizes of a HAR (HTTP Archive 1.2), and nothing else of it: no address, no header.
 * An entry's time is `timings.wait` and `receive`, which are the server's, else its whole `time`; -1 means that it is not known.
 *
 * @throws {Unreadable} It is none, or has nothing in it that can be used.
 */
export function readHar(text: string): Sample {
  const entries = entriesIn(text);
  const times: number[] = [];
  const sizes: number[] = [];
  const statuses = new Map<number, number>();
  const reasons = new Map<Reason, number>();
  for (const entry of entries.slice(0, MOST_REQUESTS)) {
    const found = exchangeIn(entry);
    if (typeof found === "string") {
      reasons.set(found, (reasons.get(found) ?? 0) + 1);
      continue;
    }
    const { time, status, size } = found;
    times.push(time);
    if (status === 429 || status >= 500) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    else if (size !== undefined) sizes.push(size);
  }
  const leftOut = Array.from(reasons, ([reason, count]) => `${count.toLocaleString("en")} ${REASONS[reason]}`);
  if (entries.length > MOST_REQUESTS) {
    leftOut.push(`all after the first ${MOST_REQUESTS.toLocaleString("en")} of ${entries.length.toLocaleString("en")}`);
  }
  if (times.length === 0) {
    throw new Unreadable(`Of the ${entries.length} entries of this HAR none can be used: ${leftOut.join(", ")}.`);
  }
  return { times, statuses, sizes, leftOut };
}

function entriesIn(text: string): readonly unknown[] {
  const file = parse(text);
  const log = isObject(file) ? file["log"] : undefined;
  const entries = isObject(log) ? log["entries"] : undefined;
  if (!Array.isArray(entries)) throw new Unreadable("This is JSON, but no HAR: it has no log.entries.");
  if (entries.length === 0) throw new Unreadable("This HAR has no entries.");
  return entries;
}

/** What an engine says of a fault may quote the file: only where it is, is told. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const [, position] = /position (\d+)/.exec(message) ?? [];
    const where =
      /end of|Unterminated/i.test(message) || Number(position) >= text.length
        ? "it breaks off before its end"
        : position === undefined
          ? "it has a fault"
          : `it has a fault at character ${Number(position) + 1}`;
    throw new Unreadable(`This is no HAR, since it is no JSON: ${where}.`);
  }
}

/** What an entry tells of, or why it is left out. */
function exchangeIn(
  entry: unknown,
): { readonly time: number; readonly status: number; readonly size: number | undefined } | Reason {
  if (!isObject(entry)) return "untimed";
  const { request, response, timings } = entry;
  const url = isObject(request) ? request["url"] : undefined;
  if (typeof url === "string" && /^(?!(?:https?|wss?):)[a-z-]+:/i.test(url)) return "local";
  if (entry["_fromCache"] !== undefined && entry["_fromCache"] !== false) return "cached";
  const status = isObject(response) ? response["status"] : undefined;
  // 0: the browser got none. 101: what follows is no answer, but a conversation.
  if (typeof status !== "number" || status < 200 || status > 599) return "unanswered";
  const time = timeOf(entry, timings);
  if (time === undefined) return "untimed";
  if (time === 0) return "cached";
  if (time > LONGEST) return "long";
  const content = isObject(response) ? response["content"] : undefined;
  const body = sizeOf(isObject(content) ? content["size"] : undefined);
  return { time, status, size: body ?? sizeOf(isObject(response) ? response["bodySize"] : undefined) };
}

function timeOf({ time }: Json, timings: unknown): number | undefined {
  if (isObject(timings) && isKnown(timings["wait"])) {
    return timings["wait"] + (isKnown(timings["receive"]) ? timings["receive"] : 0);
  }
  return isKnown(time) ? time : undefined;
}

function sizeOf(size: unknown): number | undefined {
  return isKnown(size) ? Math.min(Math.round(size), LARGEST) : undefined;
}

/** A number that is 0 or more; -1 stands for what does not apply. */
function isKnown(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}
