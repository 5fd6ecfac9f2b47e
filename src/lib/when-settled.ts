import { isThenable } from "./checks.ts";

/** Goes on, as a method of `self`, with what somebody else gave: at once, or when its promise has settled. */
export function whenSettled<Self>(
  self: Self,
  value: unknown,
  then: (this: Self, value: unknown) => void,
  fail: (this: Self, error: unknown) => void,
): void {
  if (!isThenable(value)) then.call(self, value);
  // Bound, since a closure would cost its context for what needs none too.
  else Promise.resolve(value).then(then.bind(self), fail.bind(self));
}
