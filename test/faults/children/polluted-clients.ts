/* Sends requests with Object.prototype polluted, by one name after the other, and prints what a server saw of plain fetch
   and of each way of ours. */
import { Client, requestTask } from "httppool";
import { Client as LeanClient, fetchHandler } from "httppool/lean";

/** What was seen of one kind of request, by the name that was polluted and the way it was sent. */
export type Seen = Readonly<Record<string, Readonly<Record<string, string>>>>;

const POLLUTION: Readonly<Record<string, unknown>> = {
  json: { polluted: true },
  searchParams: { polluted: "1" },
  method: "DELETE",
  body: "polluted",
  headers: { "x-polluted": "1" },
  redirect: "error",
  integrity: "sha256-polluted",
  credentials: "include",
  cache: "no-store",
  mode: "same-origin",
  keepalive: true,
  referrerPolicy: "no-referrer",
  priority: "low",
  hooks: { beforeRequest: [(): Response => new Response("polluted")] },
  context: 5,
  retry: 5,
  timeout: 1,
  totalTimeout: 1,
  throwHttpErrors: true,
  fetch: 5,
  prefix: "polluted",
  baseUrl: "polluted",
  parseJson: (): string => "polluted",
  onUploadProgress: 5,
  onDownloadProgress: 5,
  duplex: "full",
  hold: "body",
};

const origin = process.argv[2] ?? "";
const { prototype } = Object;
const pools = [new Client({ workers: 1 }).start(), new LeanClient({ workers: 1, handler: fetchHandler }).start()];
const [ofKy, lean] = pools as [(typeof pools)[0], (typeof pools)[0]];
const upload = (): Request =>
  new Request(`${origin}/upload`, { method: "PUT", body: "upload", headers: { "x-a": "1" } });
const read = (response: Response): Promise<string> => response.text();

/** Each way to send a URL, and to send a Request that was made before. */
const WAYS: Readonly<Record<string, (made: Request) => Promise<[string, string]>>> = {
  plain: async (made) => [await read(await fetch(origin)), await read(await fetch(made))],
  run: async (made) => [
    (await ofKy.run(requestTask(origin, read))) ?? "",
    (await ofKy.run(requestTask(made, read))) ?? "",
  ],
  fetch: async (made) => [await read(await ofKy.fetch(origin)), await read(await ofKy.fetch(made))],
  "run, lean": async (made) => [
    (await lean.run(requestTask(origin, read))) ?? "",
    (await lean.run(requestTask(made, read))) ?? "",
  ],
  "fetch, lean": async (made) => [await read(await lean.fetch(origin)), await read(await lean.fetch(made))],
};

const seen: Record<string, Record<string, string>> = {};
for (const [name, value] of Object.entries(POLLUTION)) {
  for (const enumerable of [false, true]) {
    const ways: Record<string, string> = {};
    for (const [way, send] of Object.entries(WAYS)) {
      const made = upload();
      // oxlint-disable-next-line no-extend-native -- the very thing that is tested
      Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable });
      const sent = await send(made).catch((error: unknown) => [String(error)]);
      Reflect.deleteProperty(prototype, name);
      ways[way] = sent.join(" + ");
    }
    seen[`${name}${enumerable ? ", enumerable" : ""}`] = ways;
  }
}
for (const pool of pools) await pool.close();
console.log(JSON.stringify(seen));
