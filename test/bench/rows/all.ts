import type { Row } from "../row.ts";
import { allocation } from "./allocation.ts";
import { backlog } from "./backlog.ts";
import { bullmq } from "./bullmq.ts";
import { connections } from "./connections.ts";
import { cost } from "./cost.ts";
import { cpu } from "./cpu.ts";
import { engines } from "./engines.ts";
import { imports } from "./imports.ts";
import { simulation } from "./lab.ts";
import { laneCost } from "./lanes.ts";
import { pace } from "./pace.ts";
import { traffic } from "./traffic.ts";
import { waiting } from "./waiting.ts";

/** Every row, in the table's order. */
export const rows: readonly Row[] = [
  cost,
  allocation,
  waiting,
  backlog,
  laneCost,
  traffic,
  cpu,
  connections,
  pace,
  simulation,
  imports,
  bullmq,
  engines,
];
