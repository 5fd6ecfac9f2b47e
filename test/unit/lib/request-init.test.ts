import { afterEach, expect, test } from "vitest";
import { membersOf } from "../../../src/lib/request-init.ts";

const prototype = Object.prototype as { method?: string };
afterEach(() => void delete prototype.method);

test("the members of an init don't come from a polluted Object.prototype, neither now nor when they are read", () => {
  prototype.method = "DELETE";
  const members = membersOf({ keepalive: true });
  expect(Object.keys(members)).toEqual(["keepalive"]);
  expect(members.method).toBeUndefined();
});

test("a member may be one of the names that Object.prototype has", () => {
  prototype.method = "DELETE";
  expect(membersOf({ method: "PUT" }).method).toBe("PUT");
  const odd = membersOf(JSON.parse('{ "__proto__": { "method": "PUT" } }') as RequestInit);
  expect(odd.method).toBeUndefined();
});

test("an init without a prototype is read too", () => {
  const init: RequestInit = Object.assign(Object.create(null), { method: "PUT" });
  expect(membersOf(init).method).toBe("PUT");
});
