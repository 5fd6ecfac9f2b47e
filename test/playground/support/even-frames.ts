import type { BrowserContext } from "playwright-core";

/** What a page with even frames has besides. */
export interface EvenFrames {
  /** Draws a frame now, and lets what it began go on. */
  nextFrame(): Promise<void>;
}

/**
 * Lets so many ms go by from frame to frame of a page, by its stamps and by `performance.now()`, however fast the machine
 * draws: what happens in so many frames is then the same on each.
 */
export async function useEvenFrames(context: BrowserContext, ms: number): Promise<void> {
  await context.addInitScript((step) => {
    const onScreen = requestAnimationFrame.bind(globalThis);
    let now = 0;
    let waiting: FrameRequestCallback[] = [];
    const draw = (): void => {
      now += step;
      const due = waiting;
      waiting = [];
      for (const callback of due) callback(now);
    };
    const onFrame = (): void => {
      onScreen(onFrame);
      draw();
    };
    onScreen(onFrame);
    performance.now = () => now;
    globalThis.requestAnimationFrame = (callback) => waiting.push(callback);
    const frames: EvenFrames = {
      nextFrame: async () => {
        draw();
        for (let turn = 0; turn < 2; turn++) {
          await new Promise((resolve) => {
            setTimeout(resolve);
          });
        }
      },
    };
    Object.assign(globalThis, frames);
  }, ms);
}
