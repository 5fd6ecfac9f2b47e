import { expect, isArray, isBoolean, isFunction, isObject, isString, optional, own } from "../lib/checks.ts";
import { isPositive, isSize } from "./lab-checks.ts";
import type { Content, ServerBehavior } from "./server-options.ts";

/** A body, made of its option. */
export interface Made {
  readonly content: Uint8Array<ArrayBuffer> | number;
  readonly isText: boolean;
  readonly speed: number;
  readonly declared: boolean;
}

/** Draws a body. `random` gives at least 0, less than 1. */
export type DrawBody = (random: () => number, request: () => Request) => Made;

/** What bodies a server sends. @throws {TypeError} They are none. */
export function bodyOf(body: NonNullable<ServerBehavior["body"]>, name: string): DrawBody {
  if (isFunction(body)) return (random, request) => contentOf(body(random, request()), `what \`${name}\` gives`);
  const list = (isArray(body) ? body : [body]).map((content, index) =>
    contentOf(content, isArray(body) ? `${name}[${index}]` : name),
  );
  const [first] = list;
  if (first === undefined) throw new TypeError(`Expected \`${name}\` to have a body at least, got an empty list`);
  return list.length === 1 ? () => first : (random) => list[Math.floor(random() * list.length)] ?? first;
}

const isContent = (value: unknown): value is string | number => isString(value) || isSize(value);

const isSpeed = (value: unknown): value is number => value === Infinity || isPositive(value);

function contentOf(body: Content, name: string): Made {
  const { content, speed, declared } = isObject(body) ? own(body) : { content: body };
  expect(content, name, "text, a number of bytes, or an object with content", isContent);
  return {
    content: isString(content) ? new TextEncoder().encode(content) : content,
    isText: isString(content),
    speed: optional(speed, `${name}.speed`, "a number of bytes a ms that is more than 0", isSpeed) ?? Infinity,
    declared: optional(declared, `${name}.declared`, "a boolean", isBoolean) ?? true,
  };
}
