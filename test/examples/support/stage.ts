import { afterEach } from "vitest";
import { Origin, type Script } from "./origin.ts";
import { Program, type Start } from "./program.ts";

const started: { end(): Promise<unknown> }[] = [];

/* What a test has started ends with it, the last first. */
afterEach(async () => {
  for (const thing of started.splice(0).toReversed()) await thing.end();
});

/** Ends something with the test. */
export function endWithTest(end: () => Promise<unknown>): void {
  started.push({ end });
}

/** Opens a server for this test. */
export async function serve(script: Script): Promise<Origin> {
  const origin = await Origin.open(script);
  endWithTest(() => origin.close());
  return origin;
}

/** Starts an example for this test. */
export function run(start: Start): Program {
  const program = new Program(start);
  endWithTest(() => program.end("SIGKILL"));
  return program;
}
