import type { Task } from "httppool";
import { between, equal, ok, rejection, same, soon } from "./assert.ts";
import { type Case, promise } from "./case.ts";
import { collect } from "./collect.ts";

/** Streams in both directions, and whole flocks of requests. */
export const streams: readonly Case[] = [
  promise("a consumer reads a body while the server still writes it", async ({ pool, words, url, open }) => {
    const one = pool({ workers: 1 });
    const task = words.requestTask(url("half"), async (response) => {
      const reader = (response.body as ReadableStream<Uint8Array>).getReader();
      const decoder = new TextDecoder();
      let text = decoder.decode((await reader.read()).value, { stream: true });
      const first = text;
      await open();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        text += decoder.decode(piece.value, { stream: true });
      }
      return [first, text];
    });
    same(await soon(one.run(task), "run"), ["first", "first second"], "what came first, and all of it");
  }),

  promise("so does the caller of pool.fetch, whoever holds the slot", async ({ pool, url, open }) => {
    const one = pool({ workers: 2 });
    const responses = [await one.fetch(url("half")), await one.fetch(url("half"), { hold: "body" })];
    const readers = responses.map(({ body }) => (body as ReadableStream<Uint8Array>).getReader());
    for (const reader of readers) {
      const { value } = await soon(reader.read(), "the first piece");
      equal(new TextDecoder().decode(value), "first", "the first piece");
    }
    await open();
    for (const reader of readers) {
      let text = "";
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        text += new TextDecoder().decode(piece.value);
      }
      equal(text, " second", "the rest");
    }
  }),

  promise(
    "a body that only a reader holds is read to its end, whatever is collected meanwhile",
    async ({ pool, url, open }) => {
      const one = pool({ workers: 2 });
      // Platforms may let go of a response, and of its stream's object, while the reader lives.
      const readerOf = async (hold: "headers" | "body"): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
        const { body } = await one.fetch(url("half"), { hold, signal: new AbortController().signal });
        return (body as ReadableStream<Uint8Array>).getReader();
      };
      const readers = [await readerOf("headers"), await readerOf("body")];
      for (const reader of readers) await soon(reader.read(), "the first piece");
      await collect();
      await open();
      for (const reader of readers) {
        const { value } = await soon(reader.read(), "the second piece");
        equal(new TextDecoder().decode(value), " second", "the second piece");
        equal((await soon(reader.read(), "the end")).done, true, "whether that was all");
      }
    },
    ({ collector }) => collector,
  ),

  promise(
    "with hold: body the slot is free when the response is collected unread",
    async ({ pool, url, reach }) => {
      const one = pool({ workers: 1, hold: "body" });
      const drop = async (): Promise<void> => void (await one.fetch(url("endless")));
      await drop();
      for (let tries = 0; one.running > 0 && tries < 100; tries++) await collect();
      equal(one.running, 0, "slots taken");
      await reach("aborted", 1);
    },
    ({ collector }) => collector,
  ),

  promise(
    "a stream is sent as the body of a request, by every door",
    async ({ pool, words, url }) => {
      const one = pool();
      type Upload = { readonly text: string };
      const request = (): Request => new Request(url("upload"), streamed());
      const task: Task<Upload> = () => ({
        request: request(),
        consumer: (response) => response.json() as Promise<Upload>,
      });
      equal((await soon(one.run(task), "run"))?.text, "onetwothree", "run's");
      const response = await soon(one.fetch(url("upload"), streamed()), "fetch");
      equal(((await response.json()) as Upload).text, "onetwothree", "fetch's");
      ok(words.requestTask(request()), "a task of it");
    },
    ({ streamedUpload }) => streamedUpload,
  ),

  promise(
    "where a stream cannot be sent, the pool fails or sends what plain fetch does",
    async ({ pool, url }) => {
      const outcome = async (send: typeof fetch): Promise<string> => {
        try {
          const response = await send(url("upload"), streamed());
          return ((await response.json()) as { readonly text: string }).text;
        } catch (error) {
          return (error as Error).name;
        }
      };
      const one = pool();
      equal(await outcome(one.fetch), await outcome(fetch), "the outcome");
      ok((await outcome(fetch)) !== "onetwothree", "it can be sent here by now");
    },
    ({ streamedUpload }) => !streamedUpload,
  ),

  promise(
    "pipeTo(writable()) reads its source no faster than the pool takes tasks",
    async ({ pool, words, url, open, reach }) => {
      const one = pool({ workers: 1, queueSize: 2 });
      let pulled = 0;
      const source = new ReadableStream<Task>(
        {
          pull: (controller) => {
            if (pulled++ < 9) controller.enqueue(words.requestTask(url("gate")));
            else controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      const piping = source.pipeTo(one.writable());
      await reach("requests", 1);
      between(pulled, 3, 6, "tasks pulled while the pool is full");
      await open();
      await soon(piping, "the pipe");
      equal(one.closed, false, "closed");
      await soon(one.onIdle(), "idle");
      equal((await reach("requests", 9)).requests, 9, "requests");
    },
  ),

  promise("map gives one result per input, in order if asked, and looks at no status", async ({ pool, url }) => {
    const one = pool({ workers: 3, queueSize: 2 });
    const codes = [200, 500, 404, 201, 503, 200, 410, 202];
    const request = (code: number): string => url(`status?code=${code}`);
    const results: unknown[] = [];
    for await (const result of one.map(codes, request, pairOf, { ordered: true })) results.push(result);
    same(
      results,
      codes.map((code) => [code, code]),
      "results in order",
    );
    const unordered: number[] = [];
    for await (const result of one.map(codes, request, pairOf)) unordered.push(result[1] ?? 0);
    same(unordered.toSorted(ascending), codes.toSorted(ascending), "results as they came");
  }),

  promise("leaving a map's loop aborts what runs and drops what waits", async ({ pool, url, reach, counts }) => {
    const one = pool({ workers: 2, queueSize: 2 });
    const inputs = ["echo", "never", "never", "never", "never", "never", "never"];
    for await (const status of one.map(inputs, url, (response) => response.status)) {
      equal(status, 200, "the first one's status");
      break;
    }
    await soon(one.onIdle(), "idle");
    const { requests } = await counts();
    await reach("aborted", requests - 1);
    equal((await counts()).open, 0, "open requests");
    equal(one.closed, false, "closed");
  }),

  promise("the first failure of a map throws; with settled it is a record", async ({ pool, url, site }) => {
    const one = pool({ workers: 1 });
    const inputs = [url("echo"), site.refused, url("echo")];
    const all = async (): Promise<void> => {
      for await (const status of one.map(inputs, String, statusOf, { ordered: true })) equal(status, 200, "the status");
    };
    ok((await soon(rejection(all(), "map"), "map")) instanceof Error, "the failure");
    const records: string[] = [];
    for await (const { status } of one.map(inputs, String, statusOf, { ordered: true, settled: true }))
      records.push(status);
    same(records, ["fulfilled", "rejected", "fulfilled"], "records");
  }),
];

const statusOf = async ({ status }: Response): Promise<number> => status;

const ascending = (a: number, b: number): number => a - b;

async function pairOf(response: Response, _request: Request, code: number): Promise<number[]> {
  await response.text();
  return [code, response.status];
}

/** A POST of three pieces. `duplex` is not in every lib's `RequestInit`. */
function streamed(): RequestInit {
  const encoder = new TextEncoder();
  const pieces = ["one", "two", "three"];
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(encoder.encode(piece));
    },
  });
  return { method: "POST", body, duplex: "half" } as RequestInit;
}
