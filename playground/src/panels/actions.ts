import type { Scene } from "../scene/scene.ts";
import type { Settings, Way } from "../settings/settings.ts";
import type { Player } from "../time/player.ts";
import { byId, say } from "../page/element.ts";

/** What the buttons act on. */
export interface ActionHost {
  scene(): Scene;
  player(): Player;
  settings(): Settings;
  /** Begins the scene anew, with a new pool. */
  restart(): void;
  /** The link to this scene. */
  link(): string;
  redraw(): void;
}

const WAYS = new Set<string>(["send", "offer", "run", "fetch"] satisfies Way[]);

/** The buttons. */
export class Actions {
  readonly #host: ActionHost;
  readonly #freeze = byId("freeze", HTMLButtonElement);
  readonly #pause = byId("pause", HTMLButtonElement);
  readonly #close = byId("close", HTMLButtonElement);
  readonly #abort = byId("abort", HTMLButtonElement);
  readonly #burst = byId("burst", HTMLButtonElement);
  /** Busy until all that was to happen in the steps pressed has happened, and is drawn. */
  readonly #time = byId("time", HTMLElement);
  #stepping = 0;
  readonly #ways = [...document.querySelectorAll<HTMLButtonElement>("[data-way]")];
  readonly #steps = ["step-next", "step-10", "step-100", "step-1000"].map((id) => byId(id, HTMLButtonElement));

  constructor(host: ActionHost) {
    this.#host = host;
    this.#onClick("step-next", () => void this.#step((player) => player.stepToNext()));
    this.#onClick("step-10", () => void this.#step((player) => player.step(10)));
    this.#onClick("step-100", () => void this.#step((player) => player.step(100)));
    this.#onClick("step-1000", () => void this.#step((player) => player.step(1000)));
    this.#onClick("restart", () => {
      host.restart();
      this.#say("The scene begins anew, with a new pool");
    });
    this.#onClick("freeze", () => {
      const player = host.player();
      player.frozen = !player.frozen;
      const what = player.isVirtual ? "Time" : "The picture";
      this.#say(player.frozen ? `${what} stands still` : `${what} goes on`);
    });
    this.#onClick("burst", () => host.scene().load.burst());
    this.#onClick("pause", () => {
      const { pool } = host.scene();
      if (pool.paused) host.scene().resume();
      else host.scene().pause();
      this.#say(pool.paused ? "The pool is paused" : "The pool goes on");
    });
    this.#onClick("close", () => {
      void host.scene().pool.close();
      this.#say("The pool is closed: it finishes what it accepted");
    });
    this.#onClick("abort", () => {
      void host.scene().pool.abort();
      this.#say("The pool is aborted: what waits is dropped, what runs is cut off");
    });
    this.#onClick("copy-link", () => void this.#copy(host.link(), "Link"));
    this.#onClick("copy-code", () => void this.#copy(byId("code", HTMLElement).textContent, "Code"));
    for (const button of this.#ways) {
      const way = button.dataset["way"];
      button.addEventListener("click", () => {
        if (isWay(way)) host.scene().load.one(way);
        host.redraw();
      });
    }
  }

  /** Shows what the buttons would do now. */
  show(): void {
    const player = this.#host.player();
    const { pool, load } = this.#host.scene();
    const { burst, tempo } = this.#host.settings();
    const isStepped = tempo === "step" && player.isVirtual;
    this.#freeze.hidden = isStepped;
    this.#freeze.setAttribute("aria-pressed", String(player.frozen));
    for (const button of this.#steps) button.hidden = !player.isVirtual || !player.frozen;
    say(this.#burst, `Burst of ${burst}`);
    this.#burst.disabled = burst === 0 || !load.isStarted;
    for (const button of this.#ways) button.disabled = !load.isStarted;
    this.#pause.setAttribute("aria-pressed", String(pool.paused));
    say(this.#pause, pool.paused ? "resume()" : "pause()");
    this.#pause.disabled = pool.closed;
    this.#close.disabled = pool.closed;
    this.#abort.disabled = pool.closed && pool.running === 0;
  }

  #onClick(id: string, act: () => void): void {
    byId(id, HTMLButtonElement).addEventListener("click", () => {
      act();
      this.show();
      this.#host.redraw();
    });
  }

  async #step(go: (player: Player) => Promise<void>): Promise<void> {
    this.#stepping++;
    this.#time.ariaBusy = "true";
    await go(this.#host.player());
    this.#host.redraw();
    if (--this.#stepping === 0) this.#time.ariaBusy = null;
  }

  async #copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#say(`${what} copied`);
      this.#flash(what === "Link" ? "copy-link" : "copy-code", "Copied");
    } catch {
      this.#say(
        `The browser does not let this page copy. ${what === "Link" ? "The address bar holds the link." : "Select the code instead."}`,
      );
      this.#flash(what === "Link" ? "copy-link" : "copy-code", "Can't copy");
    }
  }

  #flash(id: string, text: string): void {
    const button = byId(id, HTMLButtonElement);
    const before = id === "copy-link" ? "Copy link" : "Copy code";
    say(button, text);
    setTimeout(() => say(button, before), 1500);
  }

  /** For those who can't see the pictures. */
  #say(text: string): void {
    byId("said", HTMLElement).textContent = text;
  }
}

function isWay(way: string | undefined): way is Way {
  return way !== undefined && WAYS.has(way);
}
