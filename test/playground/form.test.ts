import { describe, expect, it } from "vitest";
import { GROUPS } from "../../playground/src/settings/fields.ts";
import { fromLink } from "../../playground/src/settings/link.ts";
import { STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

describe("Every control", () => {
  it("is there, has a label, and holds what the link says", async () => {
    const play = await pages.open(STILL);
    for (const { key, label } of GROUPS.flatMap(({ fields }) => fields)) {
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

  it("is typed to its end before the scene restarts", async () => {
    const play = await pages.open(STILL);
    const pool = (): Promise<number> => play.text("pool-name").then((name) => Number(name.split("-").at(-1)));
    await expect.poll(pool).toBeGreaterThan(0);
    const before = await pool();
    // Key by key, but all within one task of the page: a machine that stops between two keys would make a pause of it.
    await play.page.locator("#set-period").evaluate((element) => {
      const input = element as HTMLInputElement;
      for (const text of ["1", "12", "125", "1250"]) {
        input.value = text;
        input.dispatchEvent(new Event("input"));
      }
    });
    expect(await play.page.inputValue("#set-period")).toBe("1250");
    await expect.poll(pool).toBe(before + 1);
    await play.set("period", 300);
    expect(await pool()).toBe(before + 2);
  });

  it("takes what was typed also while it is still in the field", async () => {
    const play = await pages.open(STILL);
    await play.page.locator("#set-workers").focus();
    await play.page.keyboard.press("ControlOrMeta+A");
    await play.page.keyboard.type("12");
    await expect.poll(() => new URL(play.page.url()).hash).toContain("workers=12");
  });

  it("is undone by Back, and done again by Forward", async () => {
    const play = await pages.open(STILL);
    await play.set("workers", 9);
    await expect.poll(() => new URL(play.page.url()).hash).toContain("workers=9");
    await play.page.click("[data-preset=llm]");
    await expect.poll(() => new URL(play.page.url()).hash).toContain("way=run");
    await play.page.goBack();
    await expect.poll(() => play.page.inputValue("#set-workers")).toBe("9");
    expect(await play.page.inputValue("#set-way")).toBe("send");
    await play.page.goBack();
    await expect.poll(() => play.page.inputValue("#set-workers")).toBe("4");
    await play.page.goForward();
    await expect.poll(() => play.page.inputValue("#set-workers")).toBe("9");
  });

  it("has a slider beside a number, for the pointer", async () => {
    const play = await pages.open(STILL);
    const slider = play.page.locator("[data-key=workers] input[type=range]");
    await slider.evaluate((element) => {
      (element as HTMLInputElement).value = "0";
      element.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await expect.poll(() => play.page.locator("#set-workers").inputValue()).toBe("1");
  });
});
