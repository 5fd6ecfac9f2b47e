import { describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** A share of the pixels that has to differ, and by how much in CIE Lab: 2.3 is just seen side by side. */
const SHARE = 0.2;
const DIFFERENCE = 20;

/** Pairs of what the legend shows that look alike, as they are painted. */
async function alike({ page }: PlaygroundPage): Promise<string[]> {
  const legend = page.locator("#legend");
  const picture = (await legend.screenshot()).toString("base64");
  return page.evaluate(
    async ([png, share, difference]) => {
      /** CIE Lab of an sRGB colour, for daylight. */
      const lab = (rgb: readonly number[]): [number, number, number] => {
        const [red = 0, green = 0, blue = 0] = rgb.map((byte) => {
          const part = byte / 255;
          return part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92;
        });
        const [x, y, z] = [
          (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
          0.2126 * red + 0.7152 * green + 0.0722 * blue,
          (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        ].map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)) as [number, number, number];
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
      };
      const image = new Image();
      image.src = `data:image/png;base64,${png}`;
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext("2d", { willReadFrequently: true });
      context?.drawImage(image, 0, 0);
      const box = document.getElementById("legend")?.getBoundingClientRect() ?? new DOMRect();
      const scale = image.width / box.width;
      const painted = [...document.querySelectorAll("#legend li .swatch")].map((swatch) => {
        const { x, y, width, height } = swatch.getBoundingClientRect();
        const place = [x - box.x, y - box.y, width, height].map((css) => Math.round(css * scale));
        const [left = 0, top = 0, columns = 1, rows = 1] = place;
        const data = context?.getImageData(left, top, columns, rows).data ?? new Uint8ClampedArray();
        const colors = Array.from({ length: data.length / 4 }, (_, at) => lab([...data.slice(at * 4, at * 4 + 3)]));
        return { name: swatch.parentElement?.textContent ?? "", colors };
      });
      const found: string[] = [];
      for (const [at, one] of painted.entries()) {
        for (const other of painted.slice(at + 1)) {
          const pairs = Math.min(one.colors.length, other.colors.length);
          let differ = 0;
          for (let pixel = 0; pixel < pairs; pixel++) {
            const [a, b] = [one.colors[pixel] ?? [], other.colors[pixel] ?? []];
            if (Math.hypot(...a.map((value, axis) => value - (b[axis] ?? 0))) >= difference) differ++;
          }
          if (differ < share * pairs)
            found.push(`${one.name} | ${other.name}: ${Math.round((100 * differ) / pairs)} %`);
        }
      }
      return found;
    },
    [picture, SHARE, DIFFERENCE] as const,
  );
}

const MODES = [
  { colorScheme: "light", forcedColors: "none" },
  { colorScheme: "dark", forcedColors: "none" },
  { colorScheme: "light", forcedColors: "active" },
  { colorScheme: "dark", forcedColors: "active" },
] as const;

describe("What the legend shows", () => {
  it("can be told apart, each from each, in light, in dark, and in somebody's own colours", async () => {
    const play = await pages.open(STILL, { deviceScaleFactor: 2 });
    for (const mode of MODES) {
      await play.page.emulateMedia(mode);
      await expect
        .poll(() => play.page.evaluate(() => document.documentElement.dataset["theme"]))
        .toBe(mode.colorScheme);
      await play.settled();
      expect(await alike(play), JSON.stringify(mode)).toEqual([]);
    }
  });
});
