import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** A request that writes, kept until the server has it. */
export interface Write {
  /** By this the server knows a write that it has already. */
  readonly id: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly [string, string][];
  readonly body: ArrayBuffer;
}

interface Schema extends DBSchema {
  readonly writes: { readonly key: number; readonly value: Write; readonly indexes: { readonly id: string } };
}

/** Keeps writes in IndexedDB, in the order in which they came: a browser ends a service worker whenever it likes. */
export class Outbox {
  readonly #database: Promise<IDBPDatabase<Schema>> = openDB<Schema>("outbox", 1, {
    upgrade: (database) => {
      database.createObjectStore("writes", { autoIncrement: true }).createIndex("id", "id");
    },
  });

  async add(request: Request): Promise<void> {
    const { url, method, headers } = request;
    const body = await request.arrayBuffer();
    const write = { id: crypto.randomUUID(), url, method, headers: [...headers], body };
    await (await this.#database).add("writes", write);
  }

  async all(): Promise<readonly Write[]> {
    return (await this.#database).getAll("writes");
  }

  async remove({ id }: Write): Promise<void> {
    const database = await this.#database;
    const key = await database.getKeyFromIndex("writes", "id", id);
    if (key !== undefined) await database.delete("writes", key);
  }
}
