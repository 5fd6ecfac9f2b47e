import { Client, type ClientOptions, type Clock, type DispatchCloser, type Handler, type Logger } from "httppool";
import type { Breaker } from "httppool/breaker";
import { HealthMonitor, healthListener } from "httppool/health";
import { type ServerCounts, type SimulatedServer, VirtualClock } from "httppool/lab";
import { keptOf } from "../settings/kept.ts";
import type { Bounds } from "../settings/meaning.ts";
import type { Compare, Settings, Way } from "../settings/settings.ts";
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
import { OpenHistory } from "./open-history.ts";
import type { Opponent, OpenView } from "./opponent.ts";
import { breakerOf, lanesOf, poolOptionsOf, waitRulesOf } from "./policies.ts";
import { Recorder } from "./recorder.ts";
import { Rival } from "./rival.ts";
import type { Measures } from "./measures.ts";
import { SideMeter } from "./side-meter.ts";

/** Where there is no server that counts. */
const UNBOUNDED: Bounds = { most: Number.POSITIVE_INFINITY, limit: Number.POSITIVE_INFINITY };
const NOTHING: ServerCounts = {
  arrivals: 0,
  atOnce: 0,
  mostAtOnce: 0,
  statuses: {},
  duringHold: 0,
  unreadBodies: 0,
  resets: 0,
  aborts: 0,
};

/** A pool at work: its clock, its world, its load and what was heard of it. A change of the pool's options makes another. */
export class Scene implements Opponent {
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
  /** What it is compared with. */
  readonly opponent: Opponent | undefined;
  readonly door: Door;
  /** How all of it stood before. */
  readonly history: History = new History(this);
  /** The requests, by their numbers, whose connections are open; undefined: the network does not tell. */
  readonly connections: ReadonlySet<number> | undefined;
  readonly #openHistory: OpenHistory;
  readonly #meter: SideMeter;
  readonly #areLanesTuned: boolean;
  readonly #isOpponent: boolean;
  #looksSoon = false;

  /**
   * @param settings Asked whenever something is to be done: load and server follow the sliders at once.
   * @param clock Of a scene that has one already. Then the load comes from there too.
   */
  constructor(settings: () => Settings, clock?: Clock) {
    const { slots, period, every, world, compare } = settings();
    const isVirtual = isOnVirtualTime(settings());
    this.#isOpponent = clock !== undefined;
    this.clock = clock ?? (isVirtual ? sceneClock() : new RealClock());
    this.health = new HealthMonitor({ clock: this.clock });
    this.#openHistory = new OpenHistory(period > 0);
    this.#meter = new SideMeter({
      period,
      every,
      now: this.clock.now,
      isPool: true,
      history: this.#isOpponent ? this.#openHistory : undefined,
      others: () => this.door.fetching,
    });
    this.recorder = new Recorder(mostSlots(settings()), period, this.clock.now);
    this.lives = new Lives(waitRulesOf(settings(), isVirtual), this.clock.now, (id) => this.recorder.spanOf(id));
    this.evidence = new Evidence(this.clock.now);
    this.lanes = settings().lanes === "none" ? undefined : new LaneHistory(this.clock.now);
    if (world === "simulated") {
      const connections = new Set<number>();
      this.connections = connections;
      this.server = serverFor(settings, this.clock, (exchange, stage) => {
        if (stage === "arrival") connections.add(numberOf(exchange.url));
        else if (stage === "end") connections.delete(numberOf(exchange.url));
        this.#meter.watch(exchange, stage);
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
        this.#meter.hear,
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
    if (this.server !== undefined) this.opponent = this.#opponent(compare, settings);
    this.load = new Load(settings, this.clock, (number, way) => {
      this.bring(number, way);
      this.opponent?.bring(number);
    });
    this.history.look();
  }

  /** Connections open now: from a request to the last byte of the body. The network does not tell. */
  get open(): number {
    return this.server?.counts.atOnce ?? this.pool.running;
  }

  /** What the pool's side of a comparison came to. */
  get measures(): Measures {
    return this.#meter.measures(this.server?.counts ?? NOTHING);
  }

  /** Connections over time, of B. */
  get view(): OpenView {
    const most = this.server?.counts.mostAtOnce ?? 0;
    return { history: this.#openHistory, limit: this.recorder.limit, most };
  }

  bring(number: number, way?: Way): void {
    this.#meter.call(number);
    this.door.bring(number, way);
    this.sample();
  }

  /** Looks at what has no event: the line of senders. */
  sample(): void {
    const { waiting, senders } = this.pool;
    this.#meter.note(waiting, senders + this.door.backlog, this.recorder.tally.full);
    this.opponent?.sample();
    // No charts are drawn of B.
    if (this.#isOpponent) this.recorder.series.advance(this.clock.now(), UNBOUNDED);
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
    this.opponent?.pause();
  }

  resume(): void {
    this.pool.resume();
    this.sample();
    this.opponent?.resume();
  }

  /** Ends it all. */
  dispose(): void {
    this.load.stop();
    this.door.close();
    this.opponent?.dispose();
    void this.pool.abort();
  }

  #lookAtLanes(): void {
    const states = this.pool.lanes();
    this.lanes?.look(states);
    for (const [name, { workers }] of states) this.lives.ledger.resize(workers, this.clock.now(), name);
  }

  #opponent(compare: Compare, settings: () => Settings): Opponent | undefined {
    if (compare === "none") return undefined;
    if (compare !== "kept") return new Rival(compare, settings, this.clock);
    let [known, kept] = [settings(), keptOf(settings())];
    const own = (): Settings => {
      if (settings() !== known) [known, kept] = [settings(), keptOf(settings())];
      return kept;
    };
    return new Scene(own, this.clock);
  }

  readonly #onEvent = (): void => this.#lookSoon();

  /** Remembers how things stand once they have settled. On virtual time whoever lets it go on does that. */
  #lookSoon(): void {
    if (this.#looksSoon || this.#isOpponent || this.clock instanceof VirtualClock) return;
    this.#looksSoon = true;
    setTimeout(() => {
      this.#looksSoon = false;
      this.history.look();
    });
  }
}

/** Whether the scene can live by a virtual clock: the network can't. */
export function isOnVirtualTime({ tempo, world }: Settings): boolean {
  return tempo !== "real" && world === "simulated";
}
