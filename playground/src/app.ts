import { Pictures } from "./pictures/pictures.ts";
import { Actions } from "./panels/actions.ts";
import { Controls } from "./panels/controls.ts";
import { byId, make, say } from "./panels/element.ts";
import { Panels } from "./panels/panels.ts";
import { Theme } from "./panels/theme.ts";
import { Warden } from "./panels/warden.ts";
import { Scene } from "./scene/scene.ts";
import { needsRestart } from "./settings/fields.ts";
import { fromLink, toLink } from "./settings/link.ts";
import { PRESETS } from "./settings/presets.ts";
import type { Settings } from "./settings/settings.ts";
import { Player } from "./time/player.ts";

/** ms between two writes of the address: Safari allows a hundred in half a minute. */
const ADDRESS_EVERY = 350;
/** ms between two frames for those who asked for less motion. */
const CALM_EVERY = 1000;

/** The page: settings, the scene that they make, and the pictures of it. */
export class App {
  #settings: Settings = fromLink(location.hash);
  /** The part of the address after the `#`, as it was last written or read. */
  #hash = location.hash;
  #scene: Scene;
  #player: Player;
  readonly #pictures: Pictures;
  readonly #panels: Panels;
  readonly #controls: Controls;
  readonly #actions: Actions;
  readonly #warden: Warden;
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #addressTimer: ReturnType<typeof setTimeout> | undefined;
  #lastFrame = performance.now();
  #lastDraw = 0;

  constructor() {
    const theme = new Theme(byId("theme", HTMLButtonElement), () => this.#pictures.recolor());
    void theme;
    this.#scene = this.#newScene();
    this.#player = new Player(this.#scene.clock, this.#settings.tempo);
    this.#pictures = new Pictures(this.#scene, this.#settings);
    this.#panels = new Panels(() => this.#redraw());
    this.#warden = new Warden(byId("notice", HTMLElement), () => this.#settings);
    this.#actions = new Actions({
      scene: () => this.#scene,
      player: () => this.#player,
      renew: () => {
        this.#restart();
        this.#redraw();
      },
      settings: () => this.#settings,
      link: () => this.#writeAddress(),
      redraw: () => this.#redraw(),
    });
    this.#controls = new Controls(byId("controls", HTMLElement), (patch) =>
      this.#change({ ...this.#settings, ...patch }),
    );
    byId("settings", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
    byId("presets", HTMLElement).append(
      ...PRESETS.map(({ id, title, settings }) => {
        const button = make("button", { type: "button" }, title);
        button.dataset["preset"] = id;
        button.addEventListener("click", () => this.#change(settings, true));
        return button;
      }),
    );
    for (const anchor of document.querySelectorAll<HTMLAnchorElement>("a[href^='#']")) {
      anchor.addEventListener("click", (event) => this.#goTo(event, anchor.hash.slice(1)));
    }
    addEventListener("hashchange", () => {
      this.#hash = location.hash;
      if (location.hash.slice(1) !== toLink(this.#settings)) this.#change(fromLink(location.hash), true);
    });
  }

  /** Shows the page and lets the scene begin. */
  start(): void {
    this.#show();
    this.#begin();
    requestAnimationFrame(this.#frame);
  }

  #newScene(): Scene {
    return new Scene(() => this.#settings);
  }

  #begin(): void {
    this.#warden.watch(this.#scene);
    this.#actions.show();
    this.#scene.load.start();
  }

  #change(settings: Settings, restart = needsRestart(this.#settings, settings)): void {
    this.#settings = settings;
    if (restart) this.#restart();
    else this.#scene.load.update();
    this.#show();
    this.#redraw();
  }

  #restart(): void {
    this.#player.stop();
    this.#scene.dispose();
    this.#scene = this.#newScene();
    this.#player = new Player(this.#scene.clock, this.#settings.tempo);
    this.#pictures.show(this.#scene, this.#settings);
    this.#panels.clear();
    this.#begin();
  }

  /** Shows the settings wherever they are shown. */
  #show(): void {
    this.#controls.show(this.#settings);
    this.#actions.show();
    this.#pictures.resize(this.#settings);
    this.#panels.showCode(this.#settings);
    const link = toLink(this.#settings);
    const preset = PRESETS.find(({ settings }) => toLink(settings) === link);
    for (const button of document.querySelectorAll<HTMLElement>("[data-preset]")) {
      button.setAttribute("aria-pressed", String(button.dataset["preset"] === preset?.id));
    }
    say(byId("preset-about", HTMLElement), preset?.about ?? "Your own scene. Its address holds every setting.");
    this.#addressTimer ??= setTimeout(() => this.#writeAddress(), ADDRESS_EVERY);
  }

  /** The part of the address after the `#` is the scene's, so links within the page must not take it. */
  #goTo(event: Event, id: string): void {
    event.preventDefault();
    const target = byId(id, HTMLElement);
    target.scrollIntoView();
    target.focus();
  }

  /** @returns The link to this scene. */
  #writeAddress(): string {
    clearTimeout(this.#addressTimer);
    this.#addressTimer = undefined;
    // Somebody has just put another link there: its event is on the way, and must find it.
    if (location.hash !== this.#hash) return location.href;
    const link = toLink(this.#settings);
    const address = `${location.pathname}${location.search}${link === "" ? "" : `#${link}`}`;
    history.replaceState(null, "", address);
    this.#hash = location.hash;
    return location.href;
  }

  readonly #frame = (stamp: number): void => {
    requestAnimationFrame(this.#frame);
    this.#player.frame(Math.max(0, stamp - this.#lastFrame));
    this.#lastFrame = stamp;
    if (this.#player.held && !this.#player.isVirtual) return;
    if (this.#calm.matches && stamp - this.#lastDraw < CALM_EVERY) return;
    this.#draw(stamp);
  };

  /** Draws it all now: somebody has pressed something. */
  #redraw(): void {
    this.#draw(performance.now(), true);
  }

  #draw(stamp: number, all = false): void {
    const began = performance.now();
    this.#lastDraw = stamp;
    const now = this.#scene.clock.now();
    this.#scene.recorder.series.advance(now);
    this.#scene.sample();
    this.#pictures.draw(this.#scene, this.#settings, now);
    this.#panels.draw(this.#scene, this.#settings, now, stamp, all);
    this.#panels.measured(performance.now() - began);
  }
}
