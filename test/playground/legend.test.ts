import { describe, expect, it } from "vitest";
import { type PlaygroundPage, STILL } from "./support/playground-page.ts";
import { usePages } from "./support/use-pages.ts";

const pages = usePages();

/** A share of the pixels that has to differ, and by how much in CIE Lab: 2.3 is just seen side by side. */
const SHARE = 0.2;
const DIFFERENCE = 20;

interface Swatch {
  readonly name: string;
  /** Red, green, blue and alpha of each of its pixels. */
  readonly pixels: readonly number[];
}

/** What the legend shows, as it is painted. */
async function swatchesOf({ page }: PlaygroundPage): Promise<readonly Swatch[]> {
  const picture = (await page.locator("#legend").screenshot()).toString("base64");
  return page.evaluate(async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d", { willReadFrequently: true });
    context?.drawImage(image, 0, 0);
    const box = document.getElementById("legend")?.getBoundingClientRect() ?? new DOMRect();
    const scale = image.width / box.width;
    return [...document.querySelectorAll("#legend li .swatch")].map((swatch) => {
      const { x, y, width, height } = swatch.getBoundingClientRect();
      const place = [x - box.x, y - box.y, width, height].map((css) => Math.round(css * scale));
      const [left = 0, top = 0, columns = 1, rows = 1] = place;
      const pixels = context?.getImageData(left, top, columns, rows).data ?? [];
      return { name: swatch.parentElement?.textContent ?? "", pixels: [...pixels] };
    });
  }, picture);
}

/** Pairs of what the legend shows that look alike. */
function alike(swatches: readonly Swatch[]): string[] {
  return swatches.flatMap((one, at) =>
    swatches
      .slice(at + 1)
      .filter((other) => difference(one.pixels, other.pixels) < SHARE)
      .map((other) => `${one.name} | ${other.name}`),
  );
}

/** The share of the pixels that differ. */
function difference(one: readonly number[], other: readonly number[]): number {
  const count = Math.min(one.length, other.length) / 4;
  let differ = 0;
  for (let at = 0; at < count * 4; at += 4) {
    const [a, b] = [lab(one.slice(at, at + 3)), lab(other.slice(at, at + 3))];
    if (Math.hypot(...a.map((value, axis) => value - (b[axis] ?? 0))) >= DIFFERENCE) differ++;
  }
  return differ / count;
}

/** CIE Lab of an sRGB colour, in daylight. */
function lab(rgb: readonly number[]): readonly number[] {
  const [red = 0, green = 0, blue = 0] = rgb.map((byte) => {
    const part = byte / 255;
    return part > 0.040_45 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92;
  });
  const [x = 0, y = 0, z = 0] = [
    (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
    0.2126 * red + 0.7152 * green + 0.0722 * blue,
    (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
  ].map((value) => (value > 0.008_856 ? Math.cbrt(value) : 7.787 * value + 16 / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
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
      const swatches = await swatchesOf(play);
      expect(swatches.length).toBeGreaterThan(8);
      expect(alike(swatches), JSON.stringify(mode)).toEqual([]);
    }
  });
});
