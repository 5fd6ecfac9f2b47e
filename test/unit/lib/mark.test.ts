import { expect, test } from "vitest";
import { Mark } from "../../../src/lib/mark.ts";

class Label extends Mark {
  readonly #text: string;

  private constructor(object: object, text: string) {
    super(object);
    this.#text = text;
  }

  static on(object: object, text: string): object {
    return new Label(object, text);
  }

  static of(object: object): string | undefined {
    return #text in object ? object.#text : undefined;
  }
}

test("puts private fields on an object that is not its own, frozen or not, and nothing to be seen", () => {
  for (const object of [{}, Object.freeze({}), (): null => null, Object.create(null) as object]) {
    const before = Reflect.ownKeys(object);
    expect(Label.on(object, "mine")).toBe(object);
    expect(Label.of(object)).toBe("mine");
    expect(Reflect.ownKeys(object)).toEqual(before);
  }
});

test("is not found on what was not marked, nor on what inherits from it", () => {
  const marked = {};
  Label.on(marked, "mine");
  expect([Label.of({}), Label.of(Object.create(marked) as object)]).toEqual([undefined, undefined]);
});
