/**
 * What a class extends to mark objects that are not its own, unseen by anybody else.
 *
 * A constructor may return another object than `this`. This one returns the object that it is given, so a derived class
 * puts its private fields on that object, and `#field in object` tells later whether it did. A `WeakSet` would do the
 * same for ten times the cost, most of it when garbage is collected.
 */
export const Mark = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;
