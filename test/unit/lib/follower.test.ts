import { expect, test, vi } from "vitest";
import { follow, type Follower, Subscription, unfollow } from "../../../src/lib/follower.ts";
import { listenerCount } from "../../support/listener-count.ts";

type OnAbort = (reason: unknown) => void;

const followerOf = (abort: OnAbort = () => undefined): Follower => ({ previous: undefined, next: undefined, abort });

test("one listener a signal, however many follow it; the last to go takes it off", () => {
  const { signal } = new AbortController();
  const followers = [followerOf(), followerOf(), followerOf()];
  expect(listenerCount(signal)).toBe(0);
  for (const follower of followers) follow(signal, follower);
  expect(listenerCount(signal)).toBe(1);
  for (const follower of followers) {
    expect(listenerCount(signal)).toBe(1);
    unfollow(signal, follower);
  }
  expect(listenerCount(signal)).toBe(0);
});

test("each follower is called once, as a method, with the reason, in the order they came", () => {
  for (const reason of [new Error("why"), null, "text", 0]) {
    const controller = new AbortController();
    const heard: unknown[] = [];
    for (const name of ["a", "b", "c"]) {
      follow(controller.signal, {
        ...followerOf(),
        abort(given) {
          heard.push(name, given);
          // It is called as a method: it may let go of itself.
          unfollow(controller.signal, this);
        },
      });
    }
    controller.abort(reason);
    controller.abort("again");
    expect(heard).toEqual(["a", reason, "b", reason, "c", reason]);
    expect(listenerCount(controller.signal)).toBe(0);
  }
});

test("who has left is not called", () => {
  const controller = new AbortController();
  const [stays, leaves] = [vi.fn<OnAbort>(), vi.fn<OnAbort>()];
  const leaver = followerOf(leaves);
  follow(controller.signal, leaver);
  follow(controller.signal, followerOf(stays));
  unfollow(controller.signal, leaver);
  controller.abort();
  expect([leaves.mock.calls.length, stays.mock.calls.length]).toEqual([0, 1]);
});

test("who is made to leave by a follower that is called first is not called", () => {
  const controller = new AbortController();
  const called = vi.fn<OnAbort>();
  const second = followerOf(called);
  follow(
    controller.signal,
    followerOf(() => unfollow(controller.signal, second)),
  );
  follow(controller.signal, second);
  controller.abort();
  expect(called).not.toHaveBeenCalled();
  expect(listenerCount(controller.signal)).toBe(0);
});

test("a follower may leave in its own call", () => {
  const controller = new AbortController();
  const called = vi.fn<OnAbort>(() => unfollow(controller.signal, self));
  const self = followerOf(called);
  follow(controller.signal, self);
  follow(controller.signal, followerOf(called));
  controller.abort();
  expect(called).toHaveBeenCalledTimes(2);
});

test("leaving a signal that one does not follow, or left already, is harmless", () => {
  const { signal } = new AbortController();
  const follower = followerOf();
  unfollow(signal, follower);
  follow(signal, follower);
  unfollow(signal, followerOf());
  expect(listenerCount(signal)).toBe(1);
  unfollow(signal, follower);
  unfollow(signal, follower);
  expect(listenerCount(signal)).toBe(0);
});

test("a signal can be followed again after all have left, by those who left too", () => {
  const controller = new AbortController();
  const called = vi.fn<OnAbort>();
  const follower = followerOf(called);
  follow(controller.signal, follower);
  unfollow(controller.signal, follower);
  follow(controller.signal, follower);
  expect(listenerCount(controller.signal)).toBe(1);
  controller.abort("why");
  expect(called.mock.calls).toEqual([["why"]]);
});

test("signals know nothing of each other", () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const [ofOne, ofTwo] = [vi.fn<OnAbort>(), vi.fn<OnAbort>()];
  follow(one.signal, followerOf(ofOne));
  follow(two.signal, followerOf(ofTwo));
  one.abort();
  expect([ofOne.mock.calls.length, ofTwo.mock.calls.length]).toEqual([1, 0]);
  expect(listenerCount(two.signal)).toBe(1);
});

test("a subscription follows from the start until it is ended, and shares the listener", () => {
  const controller = new AbortController();
  const [ended, stays] = [vi.fn<OnAbort>(), vi.fn<OnAbort>()];
  const subscription = new Subscription(controller.signal, ended);
  const other = new Subscription(controller.signal, stays);
  expect(listenerCount(controller.signal)).toBe(1);
  subscription.unfollow();
  subscription.unfollow();
  controller.abort("why");
  expect([ended.mock.calls, stays.mock.calls]).toEqual([[], [["why"]]]);
  other.unfollow();
  expect(listenerCount(controller.signal)).toBe(0);
});
