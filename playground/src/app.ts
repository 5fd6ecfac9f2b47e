import { Pictures } from "./pictures/pictures.ts";
import { Actions } from "./panels/actions.ts";
import { AskPanel } from "./panels/ask-panel.ts";
import { Consent } from "./panels/consent.ts";
import { Comparison } from "./panels/comparison.ts";
import { Address } from "./page/address.ts";
import { byId, say } from "./page/element.ts";
import { Rhythm } from "./page/rhythm.ts";
import { Selection } from "./page/selection.ts";
import { LifePanel } from "./panels/life-panel.ts";
import { lifeParts } from "./panels/life-parts.ts";
import { Guide } from "./panels/guide.ts";
import { Panels } from "./panels/panels.ts";
import { PresetBar } from "./panels/preset-bar.ts";
import { SettingsPanel } from "./panels/settings-panel.ts";
import { Shortcuts } from "./panels/shortcuts.ts";
import { Timeline } from "./panels/timeline.ts";
import { Theme } from "./panels/theme.ts";
import { Verdict } from "./panels/verdict.ts";
import { Warden } from "./panels/warden.ts";
import type { Life } from "./scene/life.ts";
import { snapshotOf } from "./scene/snapshot.ts";
import { Stage } from "./scene/stage.ts";
import { needsRestart } from "./settings/fields.ts";
import { fromLink, toLink } from "./settings/link.ts";
import { boundsOf, meaningOf } from "./settings/meaning.ts";
import { pointsOf } from "./settings/order.ts";
import type { Settings } from "./settings/settings.ts";

/** The page: settings, the scene that they make, and the pictures of it. */
export class App {
  #settings: Settings = fromLink(location.hash);
  readonly #stage = new Stage(() => this.#settings);
  readonly #pictures: Pictures;
  readonly #panels: Panels;
  readonly #life: LifePanel;
  readonly #selection = new Selection<Life>();
  readonly #actions: Actions;
  readonly #warden: Warden;
  readonly #consent: Consent;
  readonly #timeline = new Timeline(
    {
      range: byId("past", HTMLInputElement),
      now: byId("to-now", HTMLButtonElement),
      words: byId("past-words", HTMLElement),
    },
    {
      scene: () => this.#stage.scene,
      player: () => this.#stage.player,
      onLook: () => {
        this.#isAsked = true;
      },
    },
  );
  /** Somebody looks at another moment: the next frame draws it. */
  #isAsked = false;
  readonly #ask = new AskPanel(
    () => this.#settings,
    (settings) => this.#take("ask", settings, true),
  );
  readonly #comparison = new Comparison(
    () => this.#settings,
    (settings) => this.#take("compare", settings, false),
  );
  readonly #verdict = new Verdict((patch) => {
    this.#patch(patch);
    this.#form.openFor(Object.keys(patch) as (keyof Settings)[]); // a patch has keys of the settings alone
  });
  readonly #form = new SettingsPanel((patch) => this.#patch(patch));
  readonly #presets = new PresetBar(byId("presets", HTMLElement), ({ id, settings }) => {
    this.#take(`preset ${id}`, settings, true);
    this.#form.openFor(pointsOf(settings));
  });
  readonly #address = new Address(
    () => this.#settings,
    (settings) => {
      this.#form.forget();
      this.#change(settings, true);
      this.#form.showFaults(location.hash, this.#settings);
    },
  );
  #lastFrame = performance.now();
  readonly #rhythm = new Rhythm();

  constructor() {
    const theme = new Theme(byId("theme", HTMLButtonElement), () => this.#pictures.recolor());
    void theme;
    const isFirstScene = toLink(this.#settings) === "";
    const guide = new Guide(byId("guide", HTMLButtonElement), byId("guide-done", HTMLButtonElement), isFirstScene);
    void guide;
    this.#pictures = new Pictures(this.#stage.scene, this.#settings, this.#selection);
    this.#panels = new Panels(this.#selection, () => this.#redraw());
    this.#life = new LifePanel(
      lifeParts(),
      this.#selection,
      () => this.#stage.scene,
      () => this.#redraw(),
    );
    this.#warden = new Warden(byId("notice", HTMLElement), () => this.#settings);
    this.#consent = new Consent(
      byId("consent", HTMLElement),
      byId("consent-words", HTMLElement),
      byId("start", HTMLButtonElement),
      () => {
        this.#begin();
        this.#redraw();
      },
    );
    this.#actions = new Actions({
      scene: () => this.#stage.scene,
      player: () => this.#stage.player,
      restart: () => {
        this.#restart();
        this.#redraw();
      },
      settings: () => this.#settings,
      link: () => this.#address.write(),
      redraw: () => this.#redraw(),
      stepInPast: (ms) => this.#timeline.step(ms),
      isLookingBack: () => this.#timeline.isHolding,
      toNow: () => this.#timeline.toNow(),
    });
    const shortcuts = new Shortcuts();
    void shortcuts;
    for (const anchor of document.querySelectorAll<HTMLAnchorElement>("a[href^='#']")) {
      anchor.addEventListener("click", (event) => {
        // The part of the address after the `#` is the scene's, so links within the page must not take it.
        event.preventDefault();
        this.#goTo(anchor.hash.slice(1));
      });
    }
  }

  /** Shows the page and lets the scene begin. */
  start(): void {
    this.#show(true);
    this.#form.showFaults(location.hash, this.#settings);
    this.#begin();
    document.documentElement.dataset["ready"] = "";
    requestAnimationFrame(this.#frame);
  }

  #begin(): void {
    const { scene } = this.#stage;
    this.#warden.watch(scene);
    if (this.#consent.ask(this.#settings)) scene.load.start();
    this.#actions.show();
  }

  #patch(patch: Partial<Settings>): void {
    this.#address.note(Object.keys(patch).join());
    // What is changed acts now.
    if (!("span" in patch)) this.#timeline.toNow();
    this.#change({ ...this.#settings, ...patch });
  }

  /** Takes up what somebody chose as a whole, which Back will undo. */
  #take(what: string, settings: Settings, isNew: boolean): void {
    this.#address.note(what);
    this.#form.forget();
    this.#change(settings, isNew);
  }

  /** @param isNew It is another scene, and no change of this one. */
  #change(settings: Settings, isNew = false): void {
    const restart = isNew || needsRestart(this.#settings, settings);
    this.#settings = settings;
    const { load } = this.#stage.scene;
    // A load that has not started yet, or may not go on to another host, begins anew.
    if (restart || this.#consent.ask(settings) !== load.isStarted) this.#restart();
    else load.update();
    this.#show(isNew);
    this.#redraw();
  }

  #restart(): void {
    this.#stage.restart();
    this.#timeline.clear();
    this.#selection.follow(undefined);
    this.#pictures.show(this.#stage.scene, this.#settings);
    this.#panels.clear();
    this.#begin();
  }

  /** Shows the settings wherever they are shown. */
  #show(isNew: boolean): void {
    this.#form.show(this.#settings);
    this.#actions.show();
    this.#pictures.resize(this.#settings);
    this.#panels.show(this.#settings);
    this.#ask.show();
    this.#comparison.show(this.#settings);
    this.#verdict.show(this.#presets.show(this.#settings), this.#settings, isNew);
    say(byId("means", HTMLElement), meaningOf(this.#settings));
    this.#address.schedule();
  }

  #goTo(id: string): void {
    const target = byId(id, HTMLElement);
    if (this.#form.goTo(target)) return;
    target.scrollIntoView();
    target.focus();
  }

  readonly #frame = (stamp: number): void => {
    requestAnimationFrame(this.#frame);
    const { player } = this.#stage;
    player.frame(Math.max(0, stamp - this.#lastFrame));
    this.#lastFrame = stamp;
    if (this.#isAsked) return this.#redraw();
    if (this.#timeline.at !== undefined) {
      // Now and then all the same: what was out of sight may have come into it.
      return this.#rhythm.areWordsDue(stamp) ? this.#redraw() : this.#listen();
    }
    if (player.frozen && !player.isVirtual) return;
    if (this.#rhythm.isFrameDue(stamp)) this.#draw(stamp);
  };

  /** Hears what happens meanwhile, while something else is shown. */
  #listen(): void {
    const { scene } = this.#stage;
    scene.recorder.series.advance(scene.clock.now(), boundsOf(this.#settings, scene.pool.workers));
    scene.sample();
  }

  /** Draws it all now: somebody has pressed something. */
  #redraw(): void {
    this.#draw(performance.now(), true);
  }

  #draw(stamp: number, all = false): void {
    const began = performance.now();
    const { figures, words } = this.#rhythm.draw(stamp, all);
    this.#isAsked = false;
    const { scene } = this.#stage;
    this.#listen();
    scene.history.look();
    const past = this.#timeline.at;
    const isPast = past !== undefined;
    const snapshot = isPast ? scene.history.at(past) : snapshotOf(scene);
    this.#pictures.draw(scene, this.#settings, snapshot.at, isPast);
    if (figures) {
      this.#pictures.drawFlow(snapshot, this.#settings, isPast);
      this.#panels.drawFigures(this.#settings, snapshot);
      this.#timeline.show();
    }
    if (words) {
      this.#panels.drawWords(scene, this.#settings, snapshot, isPast, all);
      this.#life.draw(scene);
      this.#comparison.draw(scene);
      this.#verdict.draw(scene, this.#settings);
      this.#actions.show();
    }
    this.#panels.measured(performance.now() - began);
  }
}
