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
  return NAMES.indexOf(host.charAt(0)) >= hosts - down;
}
