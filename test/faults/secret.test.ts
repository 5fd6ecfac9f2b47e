import { inspect } from "node:util";
import { type PoolEvent, type Consumer, requestTask } from "httppool";
import { expect, test } from "vitest";
import { answer, lengthHead } from "../support/raw-answer.ts";
import type { RawServer } from "../support/raw-server.ts";
import { failureOf, serve, stage, type Stage } from "./stage.ts";

/** What must not be seen, and where it was put. */
const SECRETS = [
  "path-secret",
  "query-secret",
  "header-secret",
  "body-secret",
  "answer-secret",
  "user-secret",
  "pass-secret",
];

const CONSUMERS: readonly (Consumer | undefined)[] = [
  undefined,
  (response) => response.text(),
  (response) => void response.body?.getReader(),
  (response) => void response.clone(),
  () => new Promise(() => undefined),
];

test("28. secrets of requests and answers appear in no event, log line or message, whatever goes wrong", async () => {
  const server = await serve(({ path, socket, write, end }) => {
    if (path.startsWith("/good")) end(answer("answer-secret"));
    else if (path.startsWith("/reset")) socket.resetAndDestroy();
    else if (path.startsWith("/short")) socket.end(`${lengthHead(100)}answer-secret`);
    else if (path.startsWith("/endless")) write(`${lengthHead(100)}answer-secret`);
    else if (path.startsWith("/cut")) socket.write(`${lengthHead(100)}answer-secret`, () => socket.resetAndDestroy());
  });
  const { pool, log, book } = stage({ workers: 40, timeout: 1500, drain: { ms: 500 } });
  pool.on("start", ({ id }) => {
    if (id === 1) throw new Error("A listener failed");
  });
  const kinds = ["/good", "/reset", "/short", "/endless", "/cut", "/silent"];
  const failures = await Promise.all(
    kinds.flatMap((kind) => CONSUMERS.map((consumer) => failureOf(pool, secretTask(server, kind, consumer)))),
  );
  expect(failures.filter((failure) => failure !== undefined).length).toBeGreaterThan(10);
  const fetched = pool.fetch(secretUrl(server, "/good")).then((response) => response.text());
  // On a machine that stops it may run out of time.
  await fetched.catch(() => undefined);
  expect(log.of("finish")).toHaveLength(kinds.length * CONSUMERS.length + 1);
  expect(book.debugs.length).toBeGreaterThan(0);
  expectNoSecret(log.events, book);
  for (const failure of failures) expectNoneIn(failure instanceof Error && "code" in failure ? failure.message : "");
});

test("28. userinfo in a URL appears in no event, log line or message of ours", async () => {
  const { pool, log, book } = stage({ handler: () => Promise.reject(new Error("Refused")) });
  // The platform's own Request refuses userinfo, those of other packages need not.
  const url = "http://user-secret:pass-secret@127.0.0.1/path-secret?token=query-secret";
  const foreign = { url, method: "GET", headers: new Headers(), body: null, bodyUsed: false };
  await failureOf(pool, () => foreign as unknown as Request);
  expect(log.finish(1)).toMatchObject({ ok: false, origin: "http://127.0.0.1" });
  await failureOf(pool, requestTask(url));
  expect(log.finish(2)).not.toHaveProperty("origin");
  expectNoSecret(log.events, book);
});

test("28. a wrong option is named, its value only when it can hold no secret", () => {
  for (const option of ["handler", "logger", "listeners", "workers", "clock", "hold", "period"]) {
    expect(() => stage({ [option]: "Bearer header-secret" })).toThrow(`Expected \`${option}\` to be`);
    try {
      stage({ [option]: "Bearer header-secret" });
    } catch (error) {
      expectNoneIn(inspect(error));
    }
  }
});

function secretUrl({ origin }: RawServer, kind: string): string {
  return `${origin}${kind}/path-secret?token=query-secret`;
}

function secretTask(server: RawServer, kind: string, consumer: Consumer | undefined): ReturnType<typeof requestTask> {
  const headers = { authorization: "Bearer header-secret", cookie: "session=header-secret" };
  return requestTask(secretUrl(server, kind), { method: "POST", headers, body: "body-secret" }, consumer);
}

/** `event.error` is the platform's or the user's own, and documented to hold what it holds. */
function expectNoSecret(events: readonly PoolEvent[], book: Stage["book"]): void {
  for (const event of events) expectNoneIn(inspect({ ...event, error: undefined }, { depth: 10 }));
  for (const line of [...book.debugs, ...book.errors]) expectNoneIn(inspect(line, { depth: 10, showHidden: true }));
}

function expectNoneIn(text: string): void {
  expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
}
