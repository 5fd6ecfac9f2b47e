import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { echo } from "../../../playground/echo-endpoint.ts";

const ROOT = fileURLToPath(new URL("../../../playground/", import.meta.url));
/** Where the built site is. */
export const DIST: string = join(ROOT, "dist");
const FOLDER = "/some/sub-folder/";
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** The built page, served as static files from a sub-folder. */
export interface Site {
  /** The page's address. */
  readonly url: string;
  /** Another origin, that answers but allows no other page to read it. */
  readonly closedUrl: string;
  /** The same, but allowing all: the dev server's echo endpoint with CORS. */
  readonly openUrl: string;
  /** An address where nothing listens. */
  readonly deadUrl: string;
  /** Paths asked for that are not there. */
  readonly missing: readonly string[];
  stop(): Promise<void>;
}

/** Builds the page as `npm run playground:build` does. */
export async function buildSite(): Promise<void> {
  await build({ root: ROOT, configFile: join(ROOT, "vite.config.ts"), logLevel: "warn" });
}

/** Serves the page, which has been built. */
export async function startSite(): Promise<Site> {
  const missing: string[] = [];
  const files = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const file = join(DIST, normalize(pathname.slice(FOLDER.length)) || "index.html");
    const path = pathname === FOLDER ? join(DIST, "index.html") : file;
    if (!pathname.startsWith(FOLDER) || !path.startsWith(DIST) || !existsSync(path)) {
      missing.push(pathname);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    createReadStream(path).pipe(response);
  });
  const closed = createServer(echo);
  const open = createServer((request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    echo(request, response);
  });
  const dead = createServer();
  const servers = [files, closed, open, dead];
  const [port, closedPort, openPort, deadPort] = await Promise.all(servers.map(listen));
  await stop(dead);
  return {
    url: `http://127.0.0.1:${port}${FOLDER}`,
    closedUrl: `http://127.0.0.1:${closedPort}/closed`,
    openUrl: `http://127.0.0.1:${openPort}/open`,
    deadUrl: `http://127.0.0.1:${deadPort}/dead`,
    missing,
    stop: async () => {
      await Promise.all([files, closed, open].map(stop));
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The server has no port"));
      else resolve(address.port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
