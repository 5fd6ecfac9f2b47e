import { existsSync } from "node:fs";

/** Where Debian puts it. */
const REDIS = "/usr/bin/redis-server";

/** Whether a row can't be measured on this machine, which is said. */
export function isRedisMissing(row: string): boolean {
  const isMissing = !existsSync(REDIS);
  if (isMissing) console.error(`LEFT OUT: ${row}, for want of ${REDIS}`);
  return isMissing;
}
