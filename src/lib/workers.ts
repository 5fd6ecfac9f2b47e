import type { Adaptive } from "../api/limit.ts";
import { hasMethods, isObject, isWhole, optional } from "./checks.ts";

/** A number of slots as an option gives it, checked. undefined: the default, also for a number of 0 or less. */
export function workersOf(value: unknown, name: string): number | Adaptive | undefined {
  if (isObject(value)) return optional(value, name, "a whole number or what adaptive() gives", isAdaptive);
  const number = optional(value, name, "a whole number", isWhole) ?? 0;
  return number > 0 ? number : undefined;
}

const isAdaptive = (value: unknown): value is Adaptive => hasMethods(value, "limit");
