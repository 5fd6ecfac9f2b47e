import type { PlaygroundPage } from "./playground-page.ts";

/** The shares of a canvas's pixels that have each of these colours of the palette. */
export function shares(play: PlaygroundPage, id: string, names: readonly string[]): Promise<Record<string, number>> {
  return play.page.evaluate(
    ([canvasId, colors]) => {
      const canvas = document.getElementById(canvasId) as HTMLCanvasElement;
      const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      const style = getComputedStyle(document.documentElement);
      const copy = document.createElement("canvas");
      copy.width = canvas.width;
      copy.height = canvas.height;
      const read = copy.getContext("2d", { willReadFrequently: true });
      read?.drawImage(canvas, 0, 0);
      const pixels = read?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const found: Record<string, number> = {};
      for (const name of colors) {
        if (probe === null) continue;
        probe.fillStyle = style.getPropertyValue(`--${name}`);
        probe.fillRect(0, 0, 1, 1);
        const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
        let count = 0;
        for (let at = 0; at < pixels.length; at += 4) {
          if (pixels[at] === red && pixels[at + 1] === green && pixels[at + 2] === blue) count++;
        }
        found[name] = count / (pixels.length / 4);
      }
      return found;
    },
    [id, names] as const,
  );
}
