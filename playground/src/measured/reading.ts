import { type Measured, toText } from "../settings/measured.ts";
import { readHar } from "./har.ts";
import { readPasted } from "./pasted.ts";
import { measuredIn, type Sample } from "./sample.ts";
import { Unreadable } from "./unreadable.ts";

/** What became of what somebody gave: a setting's value and what is to be said of it, or what was wrong. */
export type Reading =
  | { readonly isRead: true; readonly value: string; readonly words: string }
  | { readonly isRead: false; readonly words: string };

/** What is said when the browser fails, and not what was given. */
export const GIVEN_UP: Reading = { isRead: false, words: "It could not be read: the browser gave up on it." };

/** Bytes of a file that is read. */
const MOST_BYTES = 50 * 2 ** 20;

/** Why a file of so many bytes is not read; undefined: it is. */
export function tooBig(bytes: number): string | undefined {
  if (bytes <= MOST_BYTES) return undefined;
  return `This file has ${Math.ceil(bytes / 2 ** 20)} MB, and only up to ${MOST_BYTES / 2 ** 20} MB are read: export a part of the log.`;
}

/** Reads a HAR, or times, whichever it is. */
export function readMeasured(text: string): Reading {
  try {
    // A file may begin with a byte order mark.
    const given = text.replace(/^\uFEFF/, "").trimStart();
    const sample = given.startsWith("{") ? readHar(given) : readPasted(given);
    const measured = measuredIn(sample);
    return { isRead: true, value: toText(measured), words: wordsFor(sample, measured) };
  } catch (error) {
    if (error instanceof Unreadable) return { isRead: false, words: error.message };
    throw error;
  }
}

function wordsFor({ leftOut }: Sample, { requests, times }: Measured): string {
  const left = leftOut.length === 0 ? "" : `Left out: ${leftOut.join(", ")}. `;
  return requests > times.length
    ? `${left}${times.length} of the times are kept, at even shares: the server draws from these, and the link holds them.`
    : `${left}The server draws from them, and the link holds them.`;
}
