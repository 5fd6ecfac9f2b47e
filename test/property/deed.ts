import * as fc from "fast-check";

/** What somebody does to the pool. */
export type Deed =
  | { readonly do: "send" | "offer" | "run" | "fetch"; readonly signal: number; readonly script: Script }
  | { readonly do: "map"; readonly inputs: number; readonly stopAfter: number; readonly script: Script }
  | { readonly do: "abort signal"; readonly signal: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "pause" | "resume" | "close" | "abort" };

/** How the task of a call goes, at each point where it may wait. */
export interface Script {
  readonly task: "makes a request" | "makes nothing" | "throws";
  readonly handler: "answers" | "answers, deaf" | "fails" | "gives nothing";
  readonly body: "none" | "short" | "endless";
  readonly consumer: "reads" | "leaves" | "locks" | "fails";
}

const scripts: fc.Arbitrary<Script> = fc.record({
  task: fc.constantFrom("makes a request", "makes a request", "makes a request", "makes nothing", "throws"),
  handler: fc.constantFrom("answers", "answers", "answers, deaf", "fails", "gives nothing"),
  body: fc.constantFrom("none", "short", "endless"),
  consumer: fc.constantFrom("reads", "leaves", "locks", "fails"),
});

/** Signals that the calls share. */
export const SIGNALS = 3;
const signals = fc.integer({ min: -2, max: SIGNALS - 1 });

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constantFrom("send", "offer", "run", "fetch"), signal: signals, script: scripts }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("map"), inputs: fc.nat(6), stopAfter: fc.nat(8), script: scripts }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("abort signal"), signal: fc.nat(SIGNALS - 1) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass"), ms: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("pause", "resume", "resume") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("close", "abort") }) },
);

/** How the pool is. */
export const settings = fc.record({
  workers: fc.integer({ min: 1, max: 3 }),
  queueSize: fc.integer({ min: 1, max: 3 }),
  period: fc.constantFrom(0, 0, 20),
  timeout: fc.constantFrom(0, 0, 50),
  hold: fc.constantFrom("headers", "body"),
});

export type Settings = typeof settings extends fc.Arbitrary<infer Values> ? Values : never;

/** What some people do, each one thing after the other. */
export const plans: fc.Arbitrary<Deed[][]> = fc.array(fc.array(deeds, { maxLength: 8 }), {
  minLength: 1,
  maxLength: 4,
});
