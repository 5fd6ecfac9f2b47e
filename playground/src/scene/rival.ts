import type { Clock } from "httppool";
import type { SimulatedServer } from "httppool/lab";
import PQueue from "p-queue";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";
import { serverFor } from "../world/server.ts";
import { type Measures, StartMeter } from "./meter.ts";
import { OpenTracks } from "./open-tracks.ts";
import { targetFor } from "./work.ts";

/** A queue without bounds needs one here, or the tab would run out of memory. */
const LONGEST_QUEUE = 20_000;

/** The same load on p-queue and fetch, wired as it is by hand. It meets a server of its own, with the same luck. */
export class Rival {
  readonly tracks: OpenTracks;
  readonly #queue: PQueue;
  readonly #server: SimulatedServer;
  readonly #settings: () => Settings;
  readonly #starts: StartMeter;
  #finished = 0;
  #mostWaiting = 0;

  constructor(settings: () => Settings, clock: Clock) {
    const { period, timeout } = settings();
    const workers = mostSlots(settings());
    this.#settings = settings;
    this.#starts = new StartMeter(period);
    this.tracks = new OpenTracks(workers, period > 0);
    this.#server = serverFor(settings, clock, (exchange, stage) => {
      if (stage === "arrival") this.#starts.begin(exchange.at);
      this.tracks.hear(exchange, stage);
    });
    this.#queue = new PQueue({
      concurrency: workers,
      ...(period > 0 && { interval: period, intervalCap: workers }),
      ...(timeout > 0 && { timeout }),
    });
  }

  get measures(): Measures {
    return {
      finished: this.#finished,
      mostWaiting: this.#mostWaiting,
      heldBack: 0,
      mostOpen: this.#server.counts.mostAtOnce,
      mostStarts: this.#starts.most,
      leaked: Math.max(0, this.#server.counts.atOnce - this.#queue.pending),
    };
  }

  /** Brings the task of this number. */
  bring(number: number): void {
    if (this.#queue.size >= LONGEST_QUEUE) return;
    this.#queue.add(() => this.#send(number)).then(this.#onFinish, this.#onFinish);
    this.#mostWaiting = Math.max(this.#mostWaiting, this.#queue.size);
  }

  pause(): void {
    this.#queue.pause();
  }

  resume(): void {
    this.#queue.start();
  }

  close(): void {
    this.#queue.clear();
  }

  readonly #onFinish = (): void => {
    this.#finished++;
  };

  async #send(number: number): Promise<void> {
    const settings = this.#settings();
    const { url, init } = targetFor(number, settings);
    const response = await this.#server.fetch(new Request(url, init));
    if (settings.reads === "all") await response.arrayBuffer();
    else if (settings.reads === "some") await response.body?.getReader().read();
  }
}
