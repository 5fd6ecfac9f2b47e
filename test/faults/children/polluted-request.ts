/* Pollutes Object.prototype with one thing after the other that a request may be made of, and sends requests in every way, by
   plain fetch and by a pool. All of them at once no fetch of Node's survives. Takes the origin of a server as its argument:
   the path says what was polluted, and who sent what. */
import { Client, fetchHandler, filteredTask, type Handler, requestTask } from "httppool/lean";

/** What each way came to: by the name that was polluted, the way, and the kind of input. */
export type Results = Readonly<Record<string, unknown>>;

const ONE_BY_ONE: Readonly<Record<string, unknown>> = {
  // Of a request
  url: "http://127.0.0.1:9/polluted",
  method: "DELETE",
  headers: { "x-polluted": "yes" },
  body: "polluted",
  credentials: "omit",
  mode: "same-origin",
  cache: "only-if-cached",
  redirect: "error",
  referrer: "http://127.0.0.1:9/polluted",
  referrerPolicy: "unsafe-url",
  integrity: "sha256-polluted",
  keepalive: true,
  duplex: "half",
  window: null,
  // Of a URL
  href: "http://127.0.0.1:9/polluted",
  // Of ky
  json: { polluted: true },
  searchParams: { polluted: "yes" },
  prefix: "polluted",
  hooks: {},
  retry: 3,
  // Of a transaction, an event and a call
  request: "polluted",
  consumer: () => "polluted",
  lane: "polluted",
  priority: "high",
  attempt: 7,
  status: 418,
  ok: false,
  error: "polluted",
};

/** What together looks like something else than it is. */
const POLLUTIONS: readonly (readonly string[])[] = [
  ...Object.keys(ONE_BY_ONE).map((key) => [key]),
  ["url", "method", "headers"],
  ["status", "headers"],
  ["request", "consumer"],
];

const origin = process.argv[2] ?? "";

/** What is made before, so that only the sending is looked at. */
const posted = (url: string): Request => new Request(url, { method: "POST", body: "own", headers: { "x-own": "yes" } });
const referred = (url: string): Request => new Request(url, { referrer: "", headers: { "x-own": "yes" } });
const inputs = ["url", "address", "request", "posted", "referred", "followed"] as const;

function inputOf(kind: (typeof inputs)[number], url: string): string | URL | Request {
  if (kind === "url") return url;
  if (kind === "address") return new URL(url);
  if (kind === "request") return new Request(url);
  if (kind === "posted") return posted(url);
  if (kind === "referred") return referred(url);
  return new Request(url, { signal: new AbortController().signal });
}

const WAYS = [
  "plain",
  "fetch",
  "run",
  "transaction",
  "requestTask",
  "map",
  "writable",
  "send",
  "filtered",
  "own-handler",
] as const;

const pool = new Client({ handler: fetchHandler }).start();
const spreading: Handler = (request, init) => fetch(request, init);
const other = new Client({ handler: spreading }).start();
const results: Record<string, unknown> = {};

const ways: Record<(typeof WAYS)[number], (input: string | URL | Request) => Promise<unknown>> = {
  plain: async (input) => (await fetch(input)).text(),
  fetch: async (input) => (await pool.fetch(input)).text(),
  run: (input) => pool.run(() => (input instanceof Request ? input : new Request(input))),
  transaction: (input) =>
    pool.run(() => ({
      request: input instanceof Request ? input : new Request(input),
      consumer: (response) => response.text(),
    })),
  requestTask: (input) => pool.run(requestTask(input, (response) => response.text())),
  map: async (input) => {
    const read: string[] = [];
    for await (const text of pool.map(
      [input],
      (one) => one,
      (response) => response.text(),
    ))
      read.push(text);
    return read[0];
  },
  writable: async (input) => {
    const writer = pool.writable().getWriter();
    await writer.write(requestTask(input));
    await writer.close();
    await pool.onIdle();
  },
  send: async (input) => {
    await pool.send(requestTask(input));
    await pool.onIdle();
  },
  filtered: (input) => {
    const task = requestTask(input, (response) => response.text());
    return pool.run(filteredTask(({ url }) => url.startsWith(origin), task));
  },
  "own-handler": (input) => other.run(requestTask(input, (response) => response.text())),
};

for (const keys of POLLUTIONS) {
  const sends = WAYS.flatMap((way) =>
    inputs.map((kind) => {
      const name = `${keys.join("+")}/${way}/${kind}`;
      return { name, way, input: inputOf(kind, `${origin}/${name}`) };
    }),
  );
  for (const key of keys) {
    const value = ONE_BY_ONE[key];
    // oxlint-disable-next-line no-extend-native -- the very thing that is tested
    Object.defineProperty(Object.prototype, key, { value, writable: true, configurable: true, enumerable: true });
  }
  for (const { name, way, input } of sends) {
    try {
      results[name] = (await ways[way](input)) ?? "nothing";
    } catch (error) {
      results[name] = String(error);
    }
  }
  for (const key of keys) delete (Object.prototype as Record<string, unknown>)[key];
}
console.log(JSON.stringify(results satisfies Results));
