import type { DispatchCloser } from "../../src/lean.ts";
import { Call } from "./call.ts";
import { scriptedConsumer } from "./scripted-consumer.ts";
import { scriptedTask } from "./scripted-task.ts";
import type { World } from "./world.ts";

/** Somebody maps inputs over the pool. */
export function mapOverPool(world: World, pool: DispatchCloser): void {
  const call = new Call(world.nextCall(), "map", world.signal(), "headers", world.wish());
  world.ledger.note("map", call.number);
  world.ledger.groups++;
  void world.context.run(call, () => new Mapping(world, pool, call).run());
}

/** One `map`, from its source to whoever reads its results. */
class Mapping {
  readonly #world: World;
  readonly #pool: DispatchCloser;
  readonly #call: Call;
  readonly #length: number;
  readonly #isOrdered: boolean;
  readonly #isSettled: boolean;
  #taken = 0;
  #asked = 0;
  #read = 0;
  /** Whether the reader waits for a result, which counts as read then. */
  #isReading = true;

  constructor(world: World, pool: DispatchCloser, call: Call) {
    this.#world = world;
    this.#pool = pool;
    this.#call = call;
    this.#length = world.random.between(0, 12);
    this.#isOrdered = world.random.chance(0.5);
    this.#isSettled = world.random.chance(0.5);
  }

  async run(): Promise<void> {
    const { ledger, random } = this.#world;
    const call = this.#call;
    const leaveAfter = random.chance(0.2) ? random.between(0, 5) : Number.POSITIVE_INFINITY;
    let end = "read";
    try {
      for await (const result of this.#results()) {
        this.#isReading = false;
        this.#check(result);
        if (random.chance(0.3)) await this.#world.while();
        this.#isReading = true;
        if (this.#read < leaveAfter) continue;
        call.hasLeft = true;
        end = "left";
        break;
      }
    } catch (error) {
      end = "failed";
      const isKnown = call.isFailure(error) || (call.caller?.signal.aborted && error === call.caller.signal.reason);
      ledger.expect(isKnown === true, `map ${call.number} failed with an error from nowhere`);
    }
    ledger.note(`map ${end}`, call.number, this.#read);
    if (end === "read") ledger.expect(this.#read === this.#length, `map ${call.number} gave ${this.#read} results`);
    ledger.groups--;
  }

  #results(): AsyncIterable<{ readonly input: number }> {
    const { random } = this.#world;
    const { caller, wish } = this.#call;
    const options = { ordered: this.#isOrdered, signal: caller?.signal, ...wish };
    const inputs = random.chance(0.5) ? this.#inputs() : this.#slowInputs();
    const toRequest = (input: number): Promise<Request> | Request => this.#toRequest(input);
    const read = (response: Response, sent: Request, input: number): unknown => this.#consume(response, sent, input);
    if (this.#isSettled) return this.#pool.map(inputs, toRequest, read, { ...options, settled: true });
    const results = this.#pool.map(inputs, toRequest, read, options);
    return results as AsyncIterable<{ readonly input: number }>;
  }

  *#inputs(): Generator<number> {
    while (this.#taken < this.#length) yield this.#take();
    this.#failNowAndThen();
  }

  async *#slowInputs(): AsyncGenerator<number> {
    for (const input of this.#inputs()) {
      if (this.#world.random.chance(0.3)) await this.#world.while();
      yield input;
    }
  }

  #take(): number {
    const { ledger, setup } = this.#world;
    const ahead = setup.workers + setup.queueSize;
    const read = this.#read + (this.#isReading ? 1 : 0);
    ledger.expect(this.#taken - read < ahead, `map ${this.#call.number} takes more than ${ahead} inputs ahead`);
    return this.#taken++;
  }

  #failNowAndThen(): void {
    if (!this.#world.random.chance(0.1)) return;
    const error = new Error("The source failed");
    this.#call.failures.add(error);
    throw error;
  }

  #toRequest(input: number): Promise<Request> | Request {
    const { ledger, random } = this.#world;
    const job = this.#call.starting;
    if (job === undefined || job.isBuilt) throw new Error(`input ${input} has no task`);
    ledger.note("build", job.id, input);
    const isInTurn = input >= this.#asked || job.attempt > 1;
    ledger.expect(isInTurn, `map ${this.#call.number} asked for input ${input} after ${this.#asked}`);
    if (job.attempt === 1) this.#asked = input;
    ledger.begin(job);
    job.isBuilt = true;
    job.hasConsumer = true;
    this.#world.mischief();
    const made = new Request(`${this.#world.origin()}/input/${input}`);
    this.#world.jobs.set(made, job);
    job.request = made;
    if (random.chance(0.05)) {
      const error = new Error("There is no request for this input");
      ledger.settle(job, { ok: false, error });
      throw error;
    }
    return random.chance(0.3) ? this.#world.while().then(() => made) : made;
  }

  async #consume(response: Response, sent: Request, input: number): Promise<{ readonly input: number }> {
    const job = this.#world.jobs.get(sent);
    if (job === undefined) throw new Error(`input ${input} has a request from nowhere`);
    this.#world.ledger.expect(sent.url.endsWith(`/${input}`), `input ${input} got the response to ${sent.url}`);
    await scriptedConsumer(this.#world, job)(response, sent);
    return { input };
  }

  #check(result: { readonly input: number }): void {
    const { ledger } = this.#world;
    ledger.note("result", this.#call.number, result.input);
    if (this.#isOrdered) ledger.expect(result.input === this.#read, `result ${this.#read} is of input ${result.input}`);
    this.#read++;
    ledger.expect(this.#read <= this.#taken, `map ${this.#call.number} gave more results than it took inputs`);
  }
}

/** Somebody writes tasks to the pool's stream. */
export function writeToPool(world: World, pool: DispatchCloser): void {
  const call = new Call(world.nextCall(), "writable", undefined, "headers");
  world.ledger.note("writable", call.number);
  world.ledger.groups++;
  void world.context.run(call, () => write(world, pool, call));
}

async function write(world: World, pool: DispatchCloser, call: Call): Promise<void> {
  const { ledger, random } = world;
  const writer = pool.writable().getWriter();
  writer.closed.catch(() => undefined);
  try {
    for (let left = random.between(0, 6); left > 0; left--) {
      // Without back-pressure now and then, which the stream must keep in order too.
      const writing = writer.write(scriptedTask(world, call));
      if (random.chance(0.8)) await writing;
      else writing.catch(() => undefined);
    }
    if (random.chance(0.2)) await writer.abort(new Error("The writer has left"));
    else await writer.close();
    ledger.note("writable closed", call.number);
  } catch {
    ledger.note("writable failed", call.number);
  }
  ledger.groups--;
}
