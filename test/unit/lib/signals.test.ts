import { expect, test, vi } from "vitest";
import { follow, unfollow } from "../../../src/lib/signals.ts";
import { listenerCount } from "../../support/listener-count.ts";

type OnAbort = (reason: unknown) => void;

test("one listener a signal, however many follow it; the last to go takes it off", () => {
  const { signal } = new AbortController();
  const followers = [{}, {}, {}];
  expect(listenerCount(signal)).toBe(0);
  for (const follower of followers) follow(signal, follower, () => undefined);
  expect(listenerCount(signal)).toBe(1);
  for (const follower of followers) {
    expect(listenerCount(signal)).toBe(1);
    unfollow(signal, follower);
  }
  expect(listenerCount(signal)).toBe(0);
});

test("each follower is called once, with the reason, in the order they came", () => {
  for (const reason of [new Error("why"), null, "text", 0]) {
    const controller = new AbortController();
    const heard: unknown[] = [];
    for (const name of ["a", "b", "c"]) follow(controller.signal, {}, (given) => heard.push(name, given));
    controller.abort(reason);
    controller.abort("again");
    expect(heard).toEqual(["a", reason, "b", reason, "c", reason]);
    expect(listenerCount(controller.signal)).toBe(0);
  }
});

test("who has left is not called", () => {
  const controller = new AbortController();
  const [stays, leaves] = [vi.fn<OnAbort>(), vi.fn<OnAbort>()];
  const [one, two] = [{}, {}];
  follow(controller.signal, one, leaves);
  follow(controller.signal, two, stays);
  unfollow(controller.signal, one);
  controller.abort();
  expect([leaves.mock.calls.length, stays.mock.calls.length]).toEqual([0, 1]);
});

test("who is made to leave by a follower that is called first is not called", () => {
  const controller = new AbortController();
  const called = vi.fn<OnAbort>();
  const second = {};
  follow(controller.signal, {}, () => unfollow(controller.signal, second));
  follow(controller.signal, second, called);
  controller.abort();
  expect(called).not.toHaveBeenCalled();
  expect(listenerCount(controller.signal)).toBe(0);
});

test("a follower may leave in its own call", () => {
  const controller = new AbortController();
  const self = {};
  const called = vi.fn<OnAbort>(() => unfollow(controller.signal, self));
  follow(controller.signal, self, called);
  follow(controller.signal, {}, called);
  controller.abort();
  expect(called).toHaveBeenCalledTimes(2);
});

test("leaving a signal that one does not follow, or left already, is harmless", () => {
  const { signal } = new AbortController();
  const follower = {};
  unfollow(signal, follower);
  follow(signal, follower, () => undefined);
  unfollow(signal, {});
  expect(listenerCount(signal)).toBe(1);
  unfollow(signal, follower);
  unfollow(signal, follower);
  expect(listenerCount(signal)).toBe(0);
});

test("a signal can be followed again after all have left", () => {
  const controller = new AbortController();
  const follower = {};
  const called = vi.fn<OnAbort>();
  follow(controller.signal, follower, () => undefined);
  unfollow(controller.signal, follower);
  follow(controller.signal, follower, called);
  expect(listenerCount(controller.signal)).toBe(1);
  controller.abort("why");
  expect(called.mock.calls).toEqual([["why"]]);
});

test("signals know nothing of each other", () => {
  const [one, two] = [new AbortController(), new AbortController()];
  const follower = {};
  const [ofOne, ofTwo] = [vi.fn<OnAbort>(), vi.fn<OnAbort>()];
  follow(one.signal, follower, ofOne);
  follow(two.signal, follower, ofTwo);
  one.abort();
  expect([ofOne.mock.calls.length, ofTwo.mock.calls.length]).toEqual([1, 0]);
  expect(listenerCount(two.signal)).toBe(1);
});
