import { expect, test, vi } from "vitest";
import { Attempts, type Send } from "../../../../src/handlers/ky/attempts.ts";
import { request } from "../../../support/lab.ts";
import { settled } from "../../../support/settled.ts";
import { listenerCount } from "../../../support/listener-count.ts";

interface Sent {
  readonly signal: AbortSignal;
  readonly answer: (response: Response) => void;
}

/** Attempts of which each waits until the test answers: a deaf fetch. */
function bench(caller = new AbortController()): {
  readonly attempts: Attempts;
  readonly sent: Sent[];
  readonly caller: AbortController;
} {
  const sent: Sent[] = [];
  const send: Send = (_, init) =>
    new Promise((answer) => {
      sent.push({ signal: init.signal as AbortSignal, answer });
    });
  return { attempts: new Attempts(send, caller.signal), sent, caller };
}

/** What a promise has come to. */
function outcomeOf(made: Promise<unknown>): unknown[] {
  const outcome: unknown[] = [];
  made.then(
    (value) => outcome.push(value),
    (error: unknown) => outcome.push(error),
  );
  return outcome;
}

test("the next attempt begins when the last has settled, however many are asked for meanwhile", async () => {
  const { attempts, sent } = bench();
  const outcomes: unknown[][] = [];
  for (let i = 0; i < 3; i++) {
    outcomes.push(outcomeOf(attempts.next(request(), {})));
    await settled();
  }
  expect([sent.length, sent[0]?.signal.aborted]).toEqual([1, true]);
  sent[0]?.answer(new Response());
  await settled();
  // The second was given up before its turn.
  expect(sent.length).toBe(2);
  const last = new Response("last");
  sent[1]?.answer(last);
  await settled();
  expect(outcomes.map(([outcome]) => (outcome as Error).name)).toEqual(["AbortError", "AbortError", undefined]);
  expect(outcomes[2]).toEqual([last]);
});

test("the end aborts what is under way, and waits for it, also when an earlier attempt settles meanwhile", async () => {
  const { attempts, sent } = bench();
  const outcomes: unknown[][] = [];
  for (let i = 0; i < 2; i++) {
    outcomes.push(outcomeOf(attempts.next(request(), {})));
    await settled();
  }
  sent[0]?.answer(new Response());
  await settled();
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  const ended = outcomeOf(Promise.resolve(attempts.end()).then(() => "ended"));
  await settled();
  expect([sent[1]?.signal.aborted, ended.length]).toEqual([true, 0]);
  sent[1]?.answer(new Response());
  await settled();
  expect([ended, outcomes.flat().length]).toEqual([["ended"], 2]);
});

test("the end leaves the body of an attempt that has settled alone", async () => {
  const { attempts, sent } = bench();
  const answer = attempts.next(request(), {});
  await settled();
  sent[0]?.answer(new Response("x"));
  expect(await (await answer).text()).toBe("x");
  expect([attempts.end(), sent[0]?.signal.aborted]).toEqual([undefined, false]);
});

test("the end before any attempt is nothing", () => {
  expect(bench().attempts.end()).toBeUndefined();
});

test("what its caller has aborted already, or ky has, is not sent", async () => {
  const ours = bench();
  ours.caller.abort("ours");
  const theirs = bench();
  const outcomes = [
    outcomeOf(ours.attempts.next(request(), {})),
    outcomeOf(theirs.attempts.next(request("/", { signal: AbortSignal.abort("theirs") }), {})),
  ];
  await settled();
  expect(outcomes).toEqual([["ours"], ["theirs"]]);
  expect([ours.sent.length, theirs.sent.length]).toEqual([0, 0]);
});

test("the caller's abort and ky's reach what is under way, with their reasons", async () => {
  const ours = bench();
  void ours.attempts.next(request(), {});
  const theirs = bench();
  const ky = new AbortController();
  void theirs.attempts.next(request("/", { signal: ky.signal }), {});
  await settled();
  ours.caller.abort("ours");
  ky.abort("theirs");
  expect([ours.sent[0]?.signal.reason, theirs.sent[0]?.signal.reason]).toEqual(["ours", "theirs"]);
});

test("nothing stays on the signals when there is no body; ky's is let go of in any case", async () => {
  const { attempts, sent, caller } = bench();
  const asked = request();
  const remove = vi.spyOn(asked.signal, "removeEventListener");
  for (const [index, response] of [new Response(null), new Response("x")].entries()) {
    const answer = attempts.next(asked, {});
    await settled();
    expect([listenerCount(caller.signal), listenerCount(asked.signal)]).toEqual([1, 1]);
    sent[index]?.answer(response);
    await answer;
    expect([listenerCount(caller.signal), listenerCount(asked.signal)]).toEqual([index, 0]);
  }
  expect(remove).toHaveBeenCalledTimes(2);
});

test("a fetch that gives nothing fails with a TypeError", async () => {
  const send = (() => Promise.resolve(undefined)) as unknown as Send; // of untyped code
  const attempts = new Attempts(send, new AbortController().signal);
  await expect(attempts.next(request(), {})).rejects.toThrow(new TypeError("The `fetch` gave no response"));
});
