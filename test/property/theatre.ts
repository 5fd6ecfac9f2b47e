import type * as fc from "fast-check";
import { expect } from "vitest";
import { VirtualClock } from "../../src/lab.ts";
import { Client, type DispatchCloser, type Handler, type Task } from "../../src/lean.ts";
import { settled } from "../support/settled.ts";
import { PoolWitness } from "../support/pool-witness.ts";
import { type Deed, type Script, type Settings, SIGNALS } from "./deed.ts";

/** What has become of a call. */
interface Call {
  readonly deed: Deed;
  result: "nothing" | "true" | "false" | "resolved" | "rejected";
  error: unknown;
}

/** Everything between the calls of some people and the answers of a server, in an order that the scheduler chooses. */
export class Theatre {
  readonly pool: DispatchCloser;
  readonly witness: PoolWitness;
  readonly clock = new VirtualClock();
  readonly calls: Call[] = [];
  /** Bodies that are the pool's to release: whether each is. */
  readonly bodies: (() => boolean)[] = [];
  readonly #controllers = Array.from({ length: SIGNALS }, () => new AbortController());
  readonly #scheduler: fc.Scheduler;
  readonly #scripts = new WeakMap<Request, Script>();
  #isClosed = false;

  constructor(scheduler: fc.Scheduler, limits: Settings) {
    this.#scheduler = scheduler;
    this.witness = new PoolWitness({ ...limits, now: this.clock.now });
    const { clock } = this;
    const listeners = [this.witness.listener];
    this.pool = new Client({ ...limits, clock, listeners, handler: this.#handle }).start();
  }

  /** Somebody does one thing after the other, whenever it is their turn. */
  async play(plan: readonly Deed[]): Promise<void> {
    for (const deed of plan) {
      await this.#turn(deed.do);
      await this.#do(deed);
      this.witness.look(this.pool);
    }
  }

  /** Lets all come to its end, of itself at first. */
  async end(playing: Promise<unknown>): Promise<void> {
    const ended = { playing: false, closing: false };
    void playing.then(() => (ended.playing = true));
    await this.#calmDown();
    expect(ended.playing).toBe(true);
    expect(this.pool).toMatchObject({ waiting: 0, senders: 0, running: 0 });
    void this.pool.close().then(() => (ended.closing = true));
    await this.#calmDown();
    expect(ended.closing).toBe(true);
  }

  /** Goes on until nothing is left to come. */
  async #calmDown(): Promise<void> {
    for (let isCalm = false; !isCalm;) {
      await this.#scheduler.waitIdle();
      await settled();
      isCalm = this.#scheduler.count() === 0 && this.clock.timers === 0 && !this.pool.paused;
      // Who waits in line before a paused pool would wait for ever.
      if (this.pool.paused) this.pool.resume();
      this.#elapse(100);
    }
  }

  /** Goes on within one turn: what settles when is the scheduler's affair. */
  #elapse(ms: number): void {
    const end = this.clock.now() + ms;
    while ((this.clock.next ?? Infinity) <= end) this.clock.fireNext();
    this.clock.jump(end - this.clock.now());
  }

  async #do(deed: Deed): Promise<void> {
    const { pool } = this;
    switch (deed.do) {
      case "pass":
        return this.#elapse(deed.ms);
      case "pause":
        return pool.pause();
      case "resume":
        return pool.resume();
      case "close":
      case "abort":
        this.#isClosed = true;
        return void pool[deed.do]();
      case "abort signal":
        return this.#controllers[deed.signal]?.abort();
      case "map":
        return this.#map(deed);
      default: {
        const call: Call = { deed, result: "nothing", error: undefined };
        this.calls.push(call);
        return this.#call(deed, call);
      }
    }
  }

  #call(deed: Deed & { readonly script: Script; readonly signal: number }, call: Call): Promise<void> | void {
    const signal = this.#controllers[deed.signal]?.signal;
    const wasClosed = this.#isClosed;
    if (deed.do === "offer") {
      try {
        const isAccepted = this.pool.offer(this.#task(deed.script), { signal });
        call.result = isAccepted ? "true" : "false";
        expect(isAccepted && wasClosed).toBe(false);
      } catch (error) {
        Object.assign(call, { result: "rejected", error });
      }
      return;
    }
    const settling = this.#promise(deed, signal).then(
      () => void (call.result = "resolved"),
      (error: unknown) => void Object.assign(call, { result: "rejected", error }),
    );
    return deed.do === "send" ? settling : undefined; // a sender waits for their turn, as back-pressure wants
  }

  #promise(deed: Deed & { readonly script: Script }, signal: AbortSignal | undefined): Promise<unknown> {
    if (deed.do === "send") return this.pool.send(this.#task(deed.script), { signal });
    if (deed.do === "run") return this.pool.run(this.#task(deed.script), { signal });
    return this.#fetch(deed.script, signal);
  }

  async #fetch(wanted: Script, signal: AbortSignal | undefined): Promise<void> {
    const headers = { script: JSON.stringify(wanted) };
    const response = await this.pool.fetch("https://pool.test", { headers, ...(signal && { signal }) });
    await this.#turn("response");
    if (wanted.consumer === "reads" && wanted.body !== "endless") await response.text();
    else await response.body?.cancel();
  }

  async #map(deed: Deed & { readonly do: "map" }): Promise<void> {
    const taken: number[] = [];
    let read = 0;
    function* inputs(): Generator<number> {
      for (let input = 0; input < deed.inputs; input++) {
        taken.push(input);
        yield input;
      }
    }
    const toRequest = (input: number): Request => this.#request(deed.script, input);
    try {
      for await (const input of this.pool.map(inputs(), toRequest, (_response, _request, given) => given, {
        ordered: true,
      })) {
        if (input !== undefined) expect(input).toBe(read);
        read++;
        if (read > deed.stopAfter) break;
        await this.#turn("result");
      }
    } catch {
      return; // The first failure ends it.
    }
    expect(read).toBe(Math.min(deed.inputs, deed.stopAfter + 1));
  }

  #task(wanted: Script): Task {
    return async () => {
      await this.#turn("task");
      if (wanted.task === "throws") throw new Error("The task failed");
      if (wanted.task === "makes nothing") return undefined;
      return { request: this.#request(wanted, 0), consumer: (response) => this.#consume(wanted, response) };
    };
  }

  #request(wanted: Script, number: number): Request {
    const request = new Request(`https://pool.test/${number}`);
    this.#scripts.set(request, wanted);
    return request;
  }

  readonly #handle: Handler = async (request, init) => {
    const done = this.witness.begin();
    const wanted = this.#scripts.get(request) ?? (JSON.parse(request.headers.get("script") ?? "{}") as Script);
    const { signal } = init;
    const isDeaf = wanted.handler === "answers, deaf";
    const turn = this.#turn("handler");
    const aborted = new Promise<never>((_resolve, reject) => {
      if (!isDeaf) signal.addEventListener("abort", () => reject(signal.reason as Error));
    });
    try {
      await (isDeaf ? turn : Promise.race([turn, aborted]));
    } finally {
      done();
    }
    if (wanted.handler === "fails") throw new TypeError("fetch failed");
    if (wanted.handler === "gives nothing") return undefined;
    return this.#response(wanted, signal, request.headers.has("script"));
  };

  #response({ body }: Script, signal: AbortSignal, isCallers: boolean): Response {
    if (body === "none") return new Response(null, { status: 204 });
    let left = body === "short" ? 2 : Number.POSITIVE_INFINITY;
    let isReleased = false;
    const stream = new ReadableStream(
      {
        pull: async (controller) => {
          await this.#turn("body");
          if (isReleased) return;
          if (left-- > 0) return controller.enqueue(new Uint8Array(30_000));
          isReleased = true;
          controller.close();
        },
        cancel: () => void (isReleased = true),
      },
      { highWaterMark: 0 },
    );
    if (!isCallers) this.bodies.push(() => isReleased || signal.aborted);
    return new Response(stream);
  }

  async #consume({ consumer, body }: Script, response: Response): Promise<string> {
    await this.#turn("consumer");
    if (consumer === "fails") throw new Error("The consumer failed");
    if (consumer === "locks") response.body?.getReader();
    if (consumer === "reads" && body !== "endless") return response.text();
    return "left";
  }

  /** Waits until the scheduler lets it go on. */
  async #turn(label: string): Promise<void> {
    await this.#scheduler.schedule(Promise.resolve(), label);
  }
}
