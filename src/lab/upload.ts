/** The body of a request on its way to a server, which reads it as it comes. */
export class Upload {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #onBytes: (count: number) => void;
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure Hears of what its source breaks with. */
  constructor(body: ReadableStream<Uint8Array>, onBytes: (count: number) => void, onFailure: (error: unknown) => void) {
    this.#reader = body.getReader();
    this.#onBytes = onBytes;
    this.#onFailure = onFailure;
    void this.#read();
  }

  /** Reads no more, and tells its source. */
  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(() => undefined);
  }

  async #read(): Promise<void> {
    try {
      for (let piece = await this.#reader.read(); !piece.done; piece = await this.#reader.read())
        this.#onBytes(piece.value.byteLength);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
