import { breaking } from "./breaker.ts";
import type { Case } from "./case.ts";
import { cleanUp } from "./clean-up.ts";
import { doors } from "./doors.ts";
import { events } from "./events.ts";
import { fetching } from "./fetch.ts";
import { givingUp } from "./giving-up.ts";
import { inTheLab } from "./lab.ts";
import { ownSignal } from "./own-signal.ts";
import { streams } from "./streams.ts";
import { timing } from "./time.ts";
import { traffic } from "./traffic.ts";

export type { Case, Door, Doors, Features, Parts } from "./case.ts";
export { applicable, type Result, runOne, type Setting } from "./harness.ts";

/** Everything the package promises in every runtime. */
export const contract: readonly Case[] = [
  ...doors,
  ...fetching,
  ...timing,
  ...givingUp,
  ...ownSignal,
  ...cleanUp,
  ...events,
  ...streams,
  ...breaking,
  ...traffic,
  ...inTheLab,
];
