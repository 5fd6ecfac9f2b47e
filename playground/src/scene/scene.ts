import {
  Client,
  type ClientOptions,
  type Clock,
  type DispatchCloser,
  type Handler,
  type Logger,
  type PoolEvent,
} from "httppool";
import type { Breaker } from "httppool/breaker";
import { HealthMonitor, healthListener } from "httppool/health";
import { type SimulatedServer, VirtualClock } from "httppool/lab";
import type { Settings } from "../settings/settings.ts";
import { mostSlots } from "../settings/slot-numbers.ts";
import { RealClock } from "../time/real-clock.ts";
import { sceneClock } from "../time/scene-clock.ts";
import { numberOf } from "../world/hosts.ts";
import { serverFor } from "../world/server.ts";
import { Door } from "./door.ts";
import { Evidence } from "./evidence.ts";
import { History } from "./history.ts";
import { LaneHistory } from "./lane-history.ts";
import { Lives } from "./lives.ts";
import { Load } from "./load.ts";
import { type Measures, StartMeter } from "./meter.ts";
import { breakerOf, lanesOf, poolOptionsOf, waitRulesOf } from "./policies.ts";
import { Recorder } from "./recorder.ts";
import { Rival } from "./rival.ts";

/** A pool at work: its clock, its world, its load and what was heard of it. A change of the pool's options makes another. */
export class Scene {
  readonly clock: Clock;
  readonly pool: DispatchCloser;
  readonly recorder: Recorder;
  readonly lives: Lives;
  readonly evidence: Evidence;
  /** undefined without lanes. */
  readonly lanes: LaneHistory | undefined;
  readonly health: HealthMonitor;
  readonly server: SimulatedServer | undefined;
  readonly breaker: Breaker | undefined;
  readonly load: Load;
  readonly rival: Rival | undefined;
  readonly door: Door;
  /** How all of it stood before. */
  readonly history: History = new History(this);
  /** The requests, by their numbers, whose connections are open; undefined: the network does not tell. */
  readonly connections: ReadonlySet<number> | undefined;
  readonly #starts: StartMeter;
  readonly #areLanesTuned: boolean;
  #mostWaiting = 0;
  #looksSoon = false;

  /** @param settings Asked whenever something is to be done: load and server follow the sliders at once. */
  constructor(settings: () => Settings) {
    const { slots, period, world, compare } = settings();
    const isVirtual = isOnVirtualTime(settings());
    this.clock = isVirtual ? sceneClock() : new RealClock();
    this.health = new HealthMonitor({ clock: this.clock });
    this.#starts = new StartMeter(period);
    this.recorder = new Recorder(mostSlots(settings()), period, this.clock.now);
    this.lives = new Lives(waitRulesOf(settings(), isVirtual), this.clock.now, (id) => this.recorder.spanOf(id));
    this.evidence = new Evidence(this.clock.now);
    this.lanes = settings().lanes === "none" ? undefined : new LaneHistory(this.clock.now);
    if (world === "simulated") {
      const connections = new Set<number>();
      this.connections = connections;
      this.server = serverFor(settings, this.clock, ({ url }, stage) => {
        if (stage === "arrival") connections.add(numberOf(url));
        else if (stage === "end") connections.delete(numberOf(url));
      });
    }
    const logger: Logger = {
      debug: (...args) => this.recorder.say(args.map(String).join(": ")),
      error: (...args) => this.recorder.say(args.map(String).join(": ")),
    };
    if (settings().breaker) this.breaker = breakerOf(settings(), this.server?.fetch, this.clock, logger);
    const handler: Handler | undefined = this.breaker ?? this.server?.fetch;
    const options: ClientOptions = {
      ...poolOptionsOf(settings()),
      handler,
      logger,
      ...(this.lanes !== undefined && { lanes: lanesOf(settings()) }),
      listeners: [
        this.recorder.hear,
        this.lives.hear,
        this.evidence.hear,
        healthListener(this.health),
        this.#countStart,
        this.#onEvent,
        ...(this.lanes === undefined ? [] : [this.lanes.hear]),
      ],
      ...(isVirtual && { clock: this.clock }),
    };
    this.pool = new Client(options).start();
    if (slots === "tuned") this.recorder.begin(this.pool.workers);
    this.lives.ledger.resize(this.pool.workers, this.clock.now());
    this.evidence.slots(this.pool.workers);
    this.#areLanesTuned = settings().laneSlots === "tuned";
    this.door = new Door(this.pool, this.lives, settings, this.clock);
    if (compare && this.server !== undefined) this.rival = new Rival(settings, this.clock);
    this.load = new Load(settings, this.clock, (number, way) => {
      this.door.bring(number, way);
      this.rival?.bring(number);
      this.sample();
    });
    this.history.look();
  }

  /** Connections open now: from a request to the last byte of the body. The network does not tell. */
  get open(): number {
    return this.server?.counts.atOnce ?? this.pool.running;
  }

  /** What the pool's side of a comparison came to. */
  get measures(): Measures {
    const { tally } = this.recorder;
    return {
      finished: tally.succeeded + tally.failed,
      mostWaiting: this.#mostWaiting,
      heldBack: this.pool.senders + tally.full,
      mostOpen: this.server?.counts.mostAtOnce ?? 0,
      mostStarts: this.#starts.most,
      leaked: Math.max(0, this.open - this.pool.running),
    };
  }

  /** Looks at what has no event: the line of senders. */
  sample(): void {
    const { waiting, senders } = this.pool;
    this.#mostWaiting = Math.max(this.#mostWaiting, waiting);
    this.recorder.series.sample(waiting, senders);
    this.evidence.look(senders + this.door.backlog);
    // Neither pause() nor close(), which ends a pause, has an event.
    this.lives.ledger.pause(this.pool.paused, this.clock.now());
    if (this.#areLanesTuned) this.#lookAtLanes();
    this.#lookSoon();
  }

  pause(): void {
    this.pool.pause();
    this.sample();
    this.rival?.pause();
  }

  resume(): void {
    this.pool.resume();
    this.sample();
    this.rival?.resume();
  }

  /** Ends it all. */
  dispose(): void {
    this.load.stop();
    this.door.close();
    this.rival?.close();
    void this.pool.abort();
  }

  #lookAtLanes(): void {
    const states = this.pool.lanes();
    this.lanes?.look(states);
    for (const [name, { workers }] of states) this.lives.ledger.resize(workers, this.clock.now(), name);
  }

  readonly #onEvent = (): void => this.#lookSoon();

  /** Remembers how things stand once they have settled. On virtual time whoever lets it go on does that. */
  #lookSoon(): void {
    if (this.#looksSoon || this.clock instanceof VirtualClock) return;
    this.#looksSoon = true;
    setTimeout(() => {
      this.#looksSoon = false;
      this.history.look();
    });
  }

  /** By the pool's own event: a busy page brings one request to the server late, and the next in time. */
  readonly #countStart = ({ type }: PoolEvent): void => {
    if (type === "start") this.#starts.begin(this.clock.now());
  };
}

/** Whether the scene can live by a virtual clock: neither the network nor p-queue can. */
export function isOnVirtualTime({ tempo, world, compare }: Settings): boolean {
  return tempo !== "real" && world === "simulated" && !compare;
}
