/* The server side of every contract run: one process, two ports. On the first it answers the pools under test and counts
   what they do; on the second it tells the counts, so that a browser's limit of connections a host never blocks it. */
import { createReadStream, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { extname, join, normalize } from "node:path";

/** Where the server is, as `site` in the line it prints when it is there. */
export interface Site {
  /** Answers the pools under test. */
  readonly test: string;
  /** Tells what has come, and serves the folder of pages. */
  readonly control: string;
  /** Nobody listens here. */
  readonly refused: string;
}

/** What a run's requests came to. */
export interface Counts {
  /** Requests that have come, preflights left out. */
  readonly requests: number;
  /** Requests that are not answered to the end. */
  readonly open: number;
  /** The most that were open at a time. */
  readonly mostOpen: number;
  /** Requests whose client went away before the answer's end. */
  readonly aborted: number;
  /** Connections that carried the requests. */
  readonly connections: number;
  /** What each request asked for: method, path below the run and query. */
  readonly asked: readonly string[];
}

/**
 * How long the control port waits for what it was asked to wait for, in ms. Chromium may go on reading an aborted body for
 * five seconds before it closes the connection (its HttpResponseBodyDrainer), for plain fetch too.
 */
const PATIENCE_MS = 30_000;

class Run {
  readonly #asked: string[] = [];
  readonly #connections = new Set<Socket>();
  readonly #waiting = new Set<() => void>();
  #gates: (() => void)[] = [];
  #isOpen = false;
  #open = 0;
  #mostOpen = 0;
  #aborted = 0;
  #failed = 0;

  get counts(): Counts {
    return {
      requests: this.#asked.length,
      open: this.#open,
      mostOpen: this.#mostOpen,
      aborted: this.#aborted,
      connections: this.#connections.size,
      asked: this.#asked,
    };
  }

  enter(request: IncomingMessage, response: ServerResponse, what: string): void {
    this.#asked.push(`${request.method} ${what}`);
    this.#connections.add(request.socket);
    this.#mostOpen = Math.max(this.#mostOpen, ++this.#open);
    response.once("close", () => {
      this.#open--;
      if (!response.writableFinished) this.#aborted++;
      this.#tell();
    });
    this.#tell();
  }

  /** Resolves when the gate is open. */
  gate(): Promise<void> {
    return this.#isOpen ? Promise.resolve() : new Promise((resolve) => this.#gates.push(resolve));
  }

  open(): void {
    this.#isOpen = true;
    for (const pass of this.#gates.splice(0)) pass();
  }

  /** Whether to fail once more, of so many times. */
  fails(times: number): boolean {
    return this.#failed < times && ++this.#failed > 0;
  }

  /** Resolves when there are at least so many of a kind, or patience ends. */
  async reach(kind: "requests" | "aborted", count: number): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (this.counts[kind] < count && performance.now() < end) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, end - performance.now());
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #tell(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

const runs = new Map<string, Run>();

function runOf(id: string): Run {
  let run = runs.get(id);
  if (run === undefined) {
    run = new Run();
    runs.set(id, run);
  }
  return run;
}

type Answer = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams, run: Run) => unknown;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function json(response: ServerResponse, value: unknown): void {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(value));
}

const answers: Readonly<Record<string, Answer>> = {
  /** What was asked, told back. */
  echo: async (request, response) => {
    const body = await textOf(request);
    json(response, { method: request.method, url: request.url, headers: request.headers, body });
  },

  /** `size` bytes, with their length said first or, with `chunked`, not. */
  bytes: (_request, response, query) => {
    const size = Number(query.get("size"));
    if (!query.has("chunked")) response.setHeader("content-length", size);
    response.end(Buffer.alloc(size, "x"));
  },

  /** A status, without a body where it may have none. */
  status: (_request, response, query) => {
    response.statusCode = Number(query.get("code"));
    if ([204, 205, 304].includes(response.statusCode)) response.end();
    else response.end(`status ${response.statusCode}`);
  },

  /** 503 for so many `times`, with a Retry-After of `after` seconds if there is one, then 200. */
  flaky: (_request, response, query, run) => {
    const isIll = run.fails(Number(query.get("times")));
    response.statusCode = isIll ? 503 : 200;
    const after = query.get("after");
    if (isIll && after !== null) response.setHeader("retry-after", after);
    response.end();
  },

  /** Headers after `ms`. */
  late: async (_request, response, query) => {
    await pause(Number(query.get("ms")));
    response.end("late");
  },

  /** Headers and body when the control port opens the gate. */
  gate: async (_request, response, _query, run) => {
    await run.gate();
    response.end("open");
  },

  /** Headers and `first` now, the rest when the control port opens the gate. */
  half: async (_request, response, _query, run) => {
    response.write("first");
    await run.gate();
    response.end(" second");
  },

  /** No answer, ever. */
  never: () => undefined,

  /** A body without end: a kilobyte a millisecond at most, lest a client that reads on for ever slows everything down. */
  endless: async (_request, response) => {
    while (!response.destroyed) {
      response.write(Buffer.alloc(16_384, "x"));
      await pause(16);
    }
  },

  /** A byte now and one every `ms`. */
  drip: async (_request, response, query) => {
    while (!response.destroyed) {
      response.write("x");
      await pause(Number(query.get("ms")));
    }
  },

  /** The connection ends in the middle of the headers. */
  reset: (request) => {
    request.socket.write("HTTP/1.1 200 OK\r\ncontent-le");
    request.socket.destroy();
  },

  /** The connection ends in the middle of the body. */
  short: (_request, response) => {
    response.setHeader("content-length", 1000);
    response.write("x".repeat(100), () => response.destroy());
  },

  /** To the run's `echo`. */
  redirect: (request, response) => {
    const [, id] = (request.url ?? "").split("/");
    response.writeHead(302, { location: `/${id}/0/echo` }).end();
  },

  /** Tells how the body came: its text, and in how many pieces. */
  upload: async (request, response) => {
    const pieces: string[] = [];
    for await (const chunk of request) pieces.push(String(chunk));
    json(response, { text: pieces.join(""), pieces: pieces.length, type: request.headers["content-type"] });
  },
};

function cors(response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-methods", "*");
  response.setHeader("access-control-allow-headers", "*");
  response.setHeader("access-control-expose-headers", "*");
  response.setHeader("access-control-max-age", "600");
  response.setHeader("cache-control", "no-store");
}

/** `/RUN/NUMBER/ANSWER?…`. The number only makes it another address. */
async function onTest(request: IncomingMessage, response: ServerResponse): Promise<void> {
  cors(response);
  if (request.method === "OPTIONS") return void response.writeHead(204).end();
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, id = "", , name = ""] = url.pathname.split("/");
  const run = runOf(id);
  run.enter(request, response, name + url.search);
  const answer = Object.hasOwn(answers, name) ? answers[name] : undefined;
  if (answer === undefined) response.writeHead(404).end();
  else await answer(request, response, url.searchParams, run);
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
};

/** `/runs/RUN`, `/runs/RUN/open`, `/runs/RUN/requests/COUNT`, `/runs/RUN/aborted/COUNT`, or a file of the folder. */
async function onControl(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  cors(response);
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const [, first, id = "", verb, count] = pathname.split("/");
  if (first !== "runs") return serve(join(folder, normalize(pathname)), response);
  const run = runOf(id);
  if (verb === "open") run.open();
  else if (verb === "requests" || verb === "aborted") await run.reach(verb, Number(count));
  json(response, run.counts);
}

function serve(path: string, response: ServerResponse): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return void response.writeHead(404).end();
  response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
  createReadStream(path).pipe(response);
}

type OnRequest = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function listen(onRequest: OnRequest): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => {
    onRequest(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const folder = process.argv[2] ?? ".";
const test = await listen(onTest);
const control = await listen((request, response) => onControl(folder, request, response));
const refused = await listen(onTest);
await new Promise((resolve) => refused.server.close(resolve));
const site: Site = { test: test.origin, control: control.origin, refused: refused.origin };
console.log(JSON.stringify(site));
// Whoever started the server has gone when its end of the pipe closes.
process.stdin.resume().once("end", () => process.exit());
