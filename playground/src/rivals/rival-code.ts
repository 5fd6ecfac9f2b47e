import type { Settings } from "../settings/settings.ts";
import { text as byHand } from "./by-hand.ts?text";
import { careOptions, handOptions } from "./rival-options.ts";
import { text as withCare } from "./with-care.ts?text";

/** The code of a rival: the file that runs, and before it how it is called with these settings. */
export function rivalCodeFor(rival: "hand" | "care", settings: Settings): string {
  const [file, call] =
    rival === "hand"
      ? [byHand, `byHand(${literal(handOptions(settings))})`]
      : [withCare, `withCare(${literal(careOptions(settings))})`];
  const imports = file.indexOf("\n\n");
  return `${file.slice(0, imports)}\n\nexport const { send } = ${call};${file.slice(imports)}`;
}

/** As the formatter would write it. */
function literal(options: object): string {
  const text = JSON.stringify(options, undefined, 1).replaceAll(/"(\w+)":/g, "$1:");
  return text.replaceAll(/\s+/g, " ");
}
