import type { Submit } from "../queued-task.ts";
import type { Read, Settled, Source, ToRequest } from "../../api/dispatcher.ts";
import type { Transaction } from "../../api/task.ts";
import { expect, hasMethods, isFunction, isObject, property } from "../../lib/checks.ts";
import { isRequest } from "../../lib/request.ts";
import { markTask } from "../../lib/task-mark.ts";

/** What an input starts with that is a URL. */
const HTTP = /^https?:/i;

/** Why what is left of a `map` is aborted when its reader leaves. */
const UNREAD = "The results are no longer read";

/** What a `map` was asked for. */
export interface Mapping<Input, Output> {
  readonly inputs: Source<Input>;
  readonly toRequest: ToRequest<Input>;
  readonly read: Read<Input, Output>;
  readonly ordered: boolean;
  readonly settled: boolean;
  readonly lane: string | ((input: Input) => string) | undefined;
  readonly priority: number | undefined;
  /** Inputs that may be taken before their results are. */
  readonly ahead: number;
  readonly submit: Submit;
}

/** What a `map` yields for an input. */
export type Result<Input, Output> = Output | Settled<Input, Output>;

/** One loop over the results: a pump that takes inputs as long as there is room ahead of the reader. */
export class MapRun<Input, Output> {
  readonly #mapping: Mapping<Input, Output>;
  readonly #iterator: Iterator<Input> | AsyncIterator<Input>;
  readonly #controller = new AbortController();
  /** Results not read yet, by the number of their input, or in the order they came. */
  readonly #results = new Map<number, { readonly value: Result<Input, Output> }>();
  #failure: { readonly error: unknown } | undefined;
  #pumping = false;
  #pulling = false;
  #exhausted = false;
  #isAborted = false;
  #taken = 0;
  #done = 0;
  #read = 0;
  #wake = (): void => undefined;

  constructor(mapping: Mapping<Input, Output>) {
    this.#mapping = mapping;
    this.#iterator = iteratorOf(mapping.inputs);
  }

  /** The next result, undefined after the last. @throws The first failure, before any result. */
  async next(): Promise<{ readonly value: Result<Input, Output> } | undefined> {
    for (;;) {
      if (this.#isAborted) return undefined;
      void this.#pump();
      if (this.#failure !== undefined) throw this.#failure.error;
      const result = this.#results.get(this.#read);
      if (result !== undefined) {
        this.#results.delete(this.#read++);
        return result;
      }
      if (this.#exhausted && this.#read === this.#taken) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Ends it all with an error: nothing more is taken, what runs is aborted, the source is closed. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#controller.abort(error);
    // The error is told, not what the source then fails with.
    this.#closeSource().catch(() => undefined);
    this.#wake();
  }

  /** Aborts what is left: nobody reads it. */
  abort(): void {
    this.#isAborted = true;
    if (this.#read < this.#taken) this.#controller.abort(new DOMException(UNREAD, "AbortError"));
    this.#wake();
  }

  /** Aborts what is left, and closes the source. Waits for it, unless it is in the middle of a pull, which may be long. */
  async close(): Promise<void> {
    this.abort();
    const closing = this.#closeSource();
    if (this.#pulling) closing.catch(() => undefined);
    else await closing;
  }

  /** Lets the source do what it has to at its end, once, unless it has come there by itself. */
  async #closeSource(): Promise<void> {
    if (this.#exhausted) return;
    this.#exhausted = true;
    // A generator that is just running, as one is that has aborted this `map`, could not return.
    await Promise.resolve();
    await this.#iterator.return?.();
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#exhausted && this.#taken - this.#read < this.#mapping.ahead) {
        this.#pulling = true;
        const { done, value } = expect(await this.#iterator.next(), "inputs.next()", "an object", isResult<Input>);
        this.#pulling = false;
        if (this.#exhausted) return;
        if (done) this.#exhausted = true;
        else await this.#send(value, this.#taken++);
      }
    } catch (error) {
      // The source has failed, so it is over: it is not asked to return.
      this.#exhausted ||= this.#pulling;
      this.fail(error);
    } finally {
      this.#pumping = false;
      this.#wake();
    }
  }

  /** Resolves when the input's task is queued. */
  #send(input: Input, number: number): Promise<void> {
    const { submit, read, toRequest, lane, priority } = this.#mapping;
    return new Promise<void>((resolve, reject) => {
      let isAccepted = false;
      const task = async (): Promise<Transaction> => {
        const made = await toRequest(input);
        const request = isRequest(made) ? made : new Request(made);
        // An input that is the request itself is the same each time: with a body it can be sent once only.
        if (request === input) markTask(task, request);
        return {
          request,
          consumer: (response) => read(response, request, input),
          // Whether a request of the user's has a signal can't be told; one made here has none.
          signal: request === made ? request.signal : null,
        };
      };
      const target = isObject(input) ? property(input, isRequest(input) ? "url" : "href") : input;
      if (typeof target === "string" && HTTP.test(target)) markTask(task, target);
      submit(
        task,
        {
          signal: this.#controller.signal,
          accepted: () => {
            isAccepted = true;
            resolve();
          },
          succeeded: (value) => this.#settle(number, { input, status: "fulfilled", value: value as Output }),
          failed: (reason) => {
            if (isAccepted) this.#settle(number, { input, status: "rejected", reason });
            else reject(reason);
          },
        },
        { lane: isFunction(lane) ? lane(input) : lane, priority },
      );
    });
  }

  #settle(number: number, record: Settled<Input, Output>): void {
    const { ordered, settled } = this.#mapping;
    const place = ordered ? number : this.#done++;
    if (settled) this.#results.set(place, { value: record });
    else if (record.status === "fulfilled") this.#results.set(place, record);
    else this.fail(record.reason);
    this.#wake();
  }
}

/** Opens a source, as a loop does. @throws {TypeError} What it gives is no iterator. */
function iteratorOf<Input>(source: Source<Input>): Iterator<Input> | AsyncIterator<Input> {
  const iterator =
    (source as AsyncIterable<Input>)[Symbol.asyncIterator]?.() ?? (source as Iterable<Input>)[Symbol.iterator]();
  return expect(iterator, "inputs[Symbol.iterator]()", "an iterator", isIterator);
}

const isIterator = (value: unknown): value is Iterator<never> => hasMethods(value, "next");
const isResult = <Input>(value: unknown): value is IteratorResult<Input, undefined> => isObject(value);
