import type { Settings } from "../settings/settings.ts";

/** The host that real requests go to, when it is not this page's own; undefined when none goes elsewhere. */
export function hostAbroad({ world, url }: Settings): string | undefined {
  if (world !== "real" || url === "") return undefined;
  const target = URL.parse(url, document.baseURI);
  return target === null || target.origin === location.origin ? undefined : target.host;
}
