import type { Life } from "../scene/life.ts";
import type { Span } from "../scene/track.ts";

/** The attempts of a task. */
export function spansOf(life: Life | undefined): Span[] {
  return life?.stages.flatMap(({ span }) => span ?? []) ?? [];
}
