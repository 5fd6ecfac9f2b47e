/** What was measured of a server, in as few numbers as go into a link. */
export interface Measured {
  /** Requests that were measured. */
  readonly requests: number;
  /** ms until the answer was there, in order: all of them, or as many as are kept, at even shares. */
  readonly times: readonly number[];
  /** The share of each status that says no, from 0 to 1; undefined: nothing is known of statuses. */
  readonly statuses?: ReadonlyMap<number, number> | undefined;
  /** Bytes of a body, in order likewise; undefined: nothing is known of bodies. */
  readonly sizes?: readonly number[] | undefined;
}

/** Times that are kept, and sizes, and statuses. */
export const MOST_TIMES = 64;
export const MOST_SIZES = 16;
export const MOST_STATUSES = 8;
/** Requests that one may have measured. */
export const MOST_REQUESTS = 100_000;
/** The longest time, in ms, and the largest body, in bytes. */
export const LONGEST = 600_000;
export const LARGEST = 1e9;

/**
 * What was measured as a setting's value, of letters, digits and signs that need no escape in a link: `n312_t80-120.5_s429*2.1_b512-2048`
 * are 312 requests, two times, 2.1 % of status 429, and two sizes.
 */
export function toText({ requests, times, statuses, sizes }: Measured): string {
  const parts = [`n${requests}`, `t${times.map(shorten).join("-")}`];
  if (statuses !== undefined) {
    parts.push(`s${[...statuses].map(([status, share]) => `${status}*${Number((share * 100).toFixed(2))}`).join("-")}`);
  }
  if (sizes !== undefined) parts.push(`b${sizes.join("-")}`);
  return parts.join("_");
}

/** The other way round; undefined: it says nothing, or nothing that can be. */
export function fromText(text: string): Measured | undefined {
  const match = /^n(\d{1,6})_t([\d.-]+)(?:_s([\d.*-]*))?(?:_b([\d-]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, requests = "", times = "", statuses, sizes] = match;
  const measured: Measured = {
    requests: Number(requests),
    times: numbersIn(times).toSorted((one, other) => one - other),
    ...(statuses !== undefined && { statuses: statusesIn(statuses) }),
    ...(sizes !== undefined && { sizes: numbersIn(sizes).toSorted((one, other) => one - other) }),
  };
  return isPossible(measured) ? measured : undefined;
}

/** The share of all answers that say no. */
export function errorsOf({ statuses }: Measured): number {
  let all = 0;
  for (const share of statuses?.values() ?? []) all += share;
  return Math.min(all, 1);
}

/** The nearest-rank percentile of values in order, as of the time that 95 in 100 stay below. */
export function percentileOf(values: readonly number[], share: number): number {
  return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
}

function isPossible({ requests, times, statuses, sizes }: Measured): boolean {
  if (requests < times.length || requests > MOST_REQUESTS || !areAll(times, MOST_TIMES, LONGEST)) return false;
  if (sizes !== undefined && !(areAll(sizes, MOST_SIZES, LARGEST) && sizes.every(Number.isInteger))) return false;
  if (statuses === undefined) return true;
  let all = 0;
  for (const [status, share] of statuses) {
    if (!Number.isInteger(status) || status < 400 || status > 599 || !(share > 0)) return false;
    all += share;
  }
  return statuses.size <= MOST_STATUSES && all <= 1.0001;
}

/** Whether there are some, and no more than so many, from 0 to a limit. */
function areAll(values: readonly number[], most: number, limit: number): boolean {
  return values.length > 0 && values.length <= most && values.every((value) => value >= 0 && value <= limit);
}

function statusesIn(text: string): Map<number, number> {
  const pairs = text === "" ? [] : text.split("-").map((pair) => pair.split("*"));
  return new Map(pairs.map(([status, share]) => [Number(status), Number(share) / 100]));
}

function numbersIn(text: string): number[] {
  return text.split("-").map((part) => (part === "" ? Number.NaN : Number(part)));
}

/** A tenth of a ms where it matters. */
function shorten(ms: number): number {
  return ms < 100 ? Number(ms.toFixed(1)) : Math.round(ms);
}
