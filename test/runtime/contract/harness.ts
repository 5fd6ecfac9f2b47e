import type { ClientOptions, DispatchCloser, PoolEvent } from "httppool";
import type { Counts, Site } from "../server.ts";
import { equal, fail, ok, pause, within } from "./assert.ts";
import type { Case, Context, Door, Doors, Features, Parts } from "./case.ts";

/** What a run is made of. */
export interface Setting {
  readonly doors: Doors;
  readonly door: Door;
  readonly parts: Parts;
  readonly site: Site;
  readonly features: Features;
}

/** What became of one case. */
export interface Result {
  readonly name: string;
  readonly passed: boolean;
  readonly ms: number;
  /** Why it failed. */
  readonly error?: string;
}

/** How long a case may take, in ms. */
const CASE_MS = 60_000;

/** The cases that apply. */
export function applicable(cases: readonly Case[], features: Features): readonly Case[] {
  return cases.filter(({ where }) => where === undefined || where(features));
}

/** Runs one case. Never rejects. */
export async function runOne(item: Case, setting: Setting): Promise<Result> {
  const start = performance.now();
  listenForStrays();
  let failure: { readonly error: unknown } | undefined;
  try {
    await attempt(item, setting);
  } catch (error) {
    failure = { error };
  }
  await pause(0); // some runtimes tell of strays at the end of a turn only
  for (const stray of strays.splice(0)) failure ??= { error: new Error(`Nobody handled ${textOf(stray)}`) };
  const { name } = item;
  const ms = Math.round(performance.now() - start);
  return failure === undefined ? { name, passed: true, ms } : { name, passed: false, ms, error: textOf(failure.error) };
}

async function attempt(item: Case, setting: Setting): Promise<void> {
  const pools: DispatchCloser[] = [];
  const context = contextOf(setting, pools);
  try {
    await within(CASE_MS, item.run(context), item.name);
  } finally {
    await within(CASE_MS, Promise.all(pools.map((pool) => pool.abort())), "abort() after the case");
  }
  for (const pool of pools) await expectEmpty(pool);
}

async function expectEmpty(pool: DispatchCloser): Promise<void> {
  equal(pool.waiting, 0, "tasks waiting after the case");
  equal(pool.senders, 0, "senders in line after the case");
  // Handlers take a moment to hear of the abort.
  for (let tries = 0; pool.running > 0 && tries < 500; tries++) await pause(20);
  equal(pool.running, 0, "slots taken after the case");
}

let lastRun = 0;

function contextOf({ doors, door, parts, site, features }: Setting, pools: DispatchCloser[]): Context {
  const run = `${door}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${++lastRun}`;
  let lastUrl = 0;
  const tell = platformTell(`${site.control}/runs/${run}`);
  const pool = (options: ClientOptions = {}): DispatchCloser => {
    const { Client: Lean, fetchHandler: handler } = doors.lean;
    const client =
      door === "lean"
        ? new Lean({ ...options, handler: options.handler ?? handler })
        : new doors.httppool.Client(options);
    const started = client.start();
    pools.push(started);
    return started;
  };
  return {
    ...parts,
    words: doors[door],
    site,
    features,
    pool,
    recorded: (options) => {
      const events: PoolEvent[] = [];
      return { pool: pool({ ...options, listeners: [(event): number => events.push(event)] }), events };
    },
    url: (answer) => `${site.test}/${run}/${++lastUrl}/${answer}`,
    counts: () => tell(""),
    reach: async (kind, count) => {
      const counts = await tell(`/${kind}/${count}`);
      if (counts[kind] < count) fail(`The server saw ${counts[kind]} of ${count} ${kind}: ${JSON.stringify(counts)}`);
      return counts;
    },
    open: async () => void (await tell("/open")),
  };
}

/** Asks the control port, with the platform's own fetch, also while a case has another in its place. */
function platformTell(base: string): (path: string) => Promise<Counts> {
  const { fetch } = globalThis;
  return async (path) => {
    const response = await fetch(base + path);
    ok(response.ok, `The control port answered ${response.status}`);
    return (await response.json()) as Counts;
  };
}

interface Emits {
  addEventListener?(type: string, listener: (event: Partial<Event>) => void): void;
  readonly process?: { on?(type: string, listener: (reason: unknown) => void): void };
}

/** What nobody handled, since it was last looked at. */
const strays: unknown[] = [];
let isListening = false;

const onReason = (reason: unknown): number => strays.push(reason);

const onEvent = (event: Partial<Event>): void => {
  const { reason, error, message } = event as { reason?: unknown; error?: unknown; message?: unknown };
  onReason(reason ?? error ?? message);
  event.preventDefault?.();
};

/** Hears of rejections and errors that nobody handles, where the runtime tells, from now on. */
function listenForStrays(): void {
  if (isListening) return;
  isListening = true;
  const target = globalThis as Emits;
  for (const type of ["unhandledrejection", "error"]) target.addEventListener?.(type, onEvent);
  for (const type of ["unhandledRejection", "uncaughtException"]) target.process?.on?.(type, onReason);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error) && (error as Error | undefined)?.message === undefined) return String(error);
  const { name, message, stack = "" } = error as Error;
  // V8's stacks begin with the message, others have none in them.
  return stack.includes(message) ? stack : `${name}: ${message}\n${stack}`;
}
