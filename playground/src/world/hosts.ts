import type { Settings } from "../settings/settings.ts";

const NAMES = "abcdefgh";

/** The origin that the request of this number goes to. */
export function originFor(request: number, { hosts }: Settings): string {
  return `https://${NAMES[request % hosts] ?? "a"}.example`;
}

/** The number of a request, from its URL. */
export function numberOf(url: string): number {
  return Number(url.slice(url.lastIndexOf("/") + 1)) || 0;
}

/** Whether the host is down: the last ones are, first. */
export function isDown(host: string, { hosts, down }: Settings): boolean {
  return placeOf(host) >= hosts - down;
}

/** Whether the host answers with errors: all do, or the last ones. */
export function hasErrors(host: string, { hosts, errorHosts }: Settings): boolean {
  return errorHosts === 0 || placeOf(host) >= hosts - errorHosts;
}

/** Whether the host has a limit: all have, or the first ones. */
export function hasLimit(host: string, { limitHosts }: Settings): boolean {
  return limitHosts === 0 || placeOf(host) < limitHosts;
}

/** Whether the capacity of the hosts is half of what it is otherwise. */
export function isHalved(now: number, { halving }: Settings): boolean {
  return halving > 0 && Math.floor(now / (1000 * halving)) % 2 === 1;
}

function placeOf(host: string): number {
  return NAMES.indexOf(host.charAt(0));
}
