import { expectTypeOf, test } from "vitest";
import type { Dispatcher, MapOptions, Read, Settled, Source, ToRequest } from "../../src/index.ts";

declare const pool: Dispatcher;
declare const ids: readonly number[];
declare const stream: AsyncIterable<{ readonly url: URL }>;
declare const record: Settled<number, string>;
declare const isSettled: boolean;
declare const options: MapOptions;

const toRequest = (id: number): string => `https://example.com/${id}`;
const read = async (response: Response, _request: Request, id: number): Promise<string> => `${response.status} ${id}`;

test("it yields what read returns", () => {
  expectTypeOf(pool.map(ids, toRequest, read)).toEqualTypeOf<AsyncIterableIterator<string>>();
  expectTypeOf(pool.map(ids, toRequest, read, { ordered: true })).toEqualTypeOf<AsyncIterableIterator<string>>();
  expectTypeOf(pool.map(ids, toRequest, read, { settled: false })).toEqualTypeOf<AsyncIterableIterator<string>>();
  expectTypeOf(pool.map(ids, toRequest, read, undefined)).toEqualTypeOf<AsyncIterableIterator<string>>();
});

test("with settled, it yields records", () => {
  const records = pool.map(ids, toRequest, read, { settled: true, ordered: true });
  expectTypeOf(records).toEqualTypeOf<AsyncIterableIterator<Settled<number, string>>>();
});

test("a record narrows on its status", () => {
  expectTypeOf(record.input).toEqualTypeOf<number>();
  if (record.status === "fulfilled") expectTypeOf(record.value).toEqualTypeOf<string>();
  if (record.status === "rejected") expectTypeOf(record.reason).toEqualTypeOf<unknown>();
  // @ts-expect-error Only a fulfilled one has a value.
  void record.value;
});

test("with settled known at run time only, it yields either", () => {
  type Either = AsyncIterableIterator<string | Settled<number, string>>;
  expectTypeOf(pool.map(ids, toRequest, read, { settled: isSettled })).toEqualTypeOf<Either>();
  expectTypeOf(pool.map(ids, toRequest, read, options)).toEqualTypeOf<Either>();
});

test("the input's type comes from the source, sync or async", () => {
  pool.map(
    new Set(["a"]),
    (input) => input,
    (_response, _request, input) => expectTypeOf(input).toBeString(),
  );
  const sizes = pool.map(
    stream,
    ({ url }) => url,
    (response) => response.headers.get("content-length"),
  );
  expectTypeOf(sizes).toEqualTypeOf<AsyncIterableIterator<string | null>>();
  expectTypeOf<ReadonlyMap<string, number>>().toExtend<Source<[string, number]>>();
  expectTypeOf<number>().not.toExtend<Source<number>>();
});

test("toRequest and read may be async or not", () => {
  expectTypeOf<(id: number) => Promise<Request>>().toExtend<ToRequest<number>>();
  expectTypeOf<(id: number) => URL>().toExtend<ToRequest<number>>();
  expectTypeOf<(id: number) => undefined>().not.toExtend<ToRequest<number>>();
  expectTypeOf<(response: Response) => PromiseLike<string>>().toExtend<Read<number, string>>();
});

test("it takes a signal, as send does", () => {
  expectTypeOf<keyof MapOptions>().toEqualTypeOf<"signal" | "lane" | "priority" | "ordered" | "settled">();
  expectTypeOf<MapOptions["signal"]>().toEqualTypeOf<AbortSignal | undefined>();
});

test("the lane is a text, or what gives one for an input", () => {
  pool.map(ids, toRequest, read, { lane: "a", priority: 5 });
  pool.map(ids, toRequest, read, {
    lane: (input) => {
      expectTypeOf(input).toEqualTypeOf<number>();
      return `tenant-${input}`;
    },
  });
  pool.map(ids, toRequest, read, { settled: true, lane: (input) => expectTypeOf(input).toBeNumber() as never });
  expectTypeOf<MapOptions<number>["lane"]>().toEqualTypeOf<string | ((input: number) => string) | undefined>();
  expectTypeOf<MapOptions["priority"]>().toEqualTypeOf<number | undefined>();
  // @ts-expect-error It is no lane of a number.
  pool.map(ids, toRequest, read, { lane: (input: string) => input });
  // @ts-expect-error A lane is a text.
  pool.map(ids, toRequest, read, { lane: (input) => input });
  // @ts-expect-error A priority is a number.
  pool.map(ids, toRequest, read, { priority: "high" });
});
