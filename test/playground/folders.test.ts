import { readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../../playground/src/", import.meta.url));

/** What each folder of the page may import besides itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  settings: [],
  world: ["settings"],
  measured: ["settings"],
  time: ["settings"],
  rivals: ["settings"],
  scene: ["rivals", "settings", "time", "world"],
  advice: ["scene", "settings", "time", "world"],
  page: ["settings"],
  pictures: ["page", "scene", "settings"],
  panels: ["advice", "measured", "page", "rivals", "scene", "settings", "time"],
};

describe("The folders of the page", () => {
  it("import none but those below them, and never each other", () => {
    const wrong: string[] = [];
    for (const [folder, below] of Object.entries(MAY)) {
      for (const file of readdirSync(join(SOURCE, folder))) {
        const text = readFileSync(join(SOURCE, folder, file), "utf8");
        for (const [, target = ""] of text.matchAll(/from "(\.[^"]+)"/g)) {
          const [to = ""] = normalize(join(folder, target)).split("/");
          if (to !== folder && !below.includes(to)) wrong.push(`${folder}/${file} imports ${target}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(new Set(readdirSync(SOURCE).filter((name) => !name.includes(".")))).toEqual(new Set(Object.keys(MAY)));
  });
});
