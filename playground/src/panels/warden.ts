import type { Scene } from "../scene/scene.ts";
import type { Settings } from "../settings/settings.ts";
import { diagnose, hasEcho } from "./diagnosis.ts";

/** Says what is the matter when real requests fail: once per URL. */
export class Warden {
  readonly #notice: HTMLElement;
  readonly #settings: () => Settings;
  #explained = "";

  constructor(notice: HTMLElement, settings: () => Settings) {
    this.#notice = notice;
    this.#settings = settings;
  }

  /** Watches a scene. */
  watch(scene: Scene): void {
    this.#notice.hidden = true;
    this.#explained = "";
    const { world, url } = this.#settings();
    if (world !== "real") return;
    if (url === "") void this.#lookForEcho();
    scene.pool.on("finish", (event) => {
      if (!event.ok && event.error instanceof TypeError) void this.#explain();
    });
  }

  async #lookForEcho(): Promise<void> {
    if (await hasEcho()) return;
    if (this.#settings().url === "" && this.#settings().world === "real") {
      this.#tell(
        "This page is a static site, so there is no echo endpoint here: `npm run playground` has one. Give a URL to send to.",
      );
    }
  }

  async #explain(): Promise<void> {
    const { url } = this.#settings();
    if (url === "" || this.#explained === url) return;
    this.#explained = url;
    const words = await diagnose(url);
    if (this.#settings().url === url) this.#tell(words);
  }

  #tell(words: string): void {
    this.#notice.textContent = words;
    this.#notice.hidden = false;
  }
}
