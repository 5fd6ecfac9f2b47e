import { describe, expect, it } from "vitest";
import { FIELDS } from "../../playground/src/settings/fields.ts";
import { fromLink } from "../../playground/src/settings/link.ts";
import { STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

describe("Every control", () => {
  it("is there, has a label, and holds what the link says", async () => {
    const play = await pages.open(STILL);
    for (const { key, label } of FIELDS) {
      const control = play.page.locator(`#set-${key}`);
      expect(await control.count(), key).toBe(1);
      expect(await play.page.locator(`label[for=set-${key}]`).textContent()).toBe(label);
      const value = await control.evaluate((element) =>
        element instanceof HTMLInputElement && element.type === "checkbox"
          ? String(element.checked)
          : (element as HTMLInputElement).value,
      );
      expect(value, key).toBe(String(STILL[key]));
    }
  });

  it("writes what it is set to into the link", async () => {
    const play = await pages.open(STILL);
    await play.set("workers", 7);
    await play.set("way", "offer");
    await play.set("breaker", true);
    await play.set("name", "mine");
    await expect
      .poll(() => fromLink(new URL(play.page.url()).hash))
      .toEqual({
        ...STILL,
        workers: 7,
        way: "offer",
        breaker: true,
        name: "mine",
      });
  });

  it("has a slider beside a number, for the pointer", async () => {
    const play = await pages.open(STILL);
    const slider = play.page.locator("[data-key=workers] input[type=range]");
    await slider.evaluate((element) => {
      (element as HTMLInputElement).value = "0";
      element.dispatchEvent(new Event("input", { bubbles: true }));
    });
    expect(await play.page.locator("#set-workers").inputValue()).toBe("1");
  });
});
