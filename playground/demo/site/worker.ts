/* The server, in a thread of its own: it goes on counting while the client is busy. */
/* oxlint-disable unicorn/require-post-message-target-origin -- threads have no origins */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { parentPort } from "node:worker_threads";
import { FAULTS } from "./faults.ts";
import { Gauge } from "./gauge.ts";
import { MANNERS } from "./manners.ts";
import type { Tally } from "./tally.ts";

/** Told to clients, which give up an unused connection some time before. */
const KEEP_ALIVE_MS = 3000;
const ANSWERS = { ...FAULTS, ...MANNERS };
const gauge = new Gauge();
const leaves = new WeakMap<Socket, () => void>();
const open = new Set<Socket>();
let connections = 0;
let requests = 0;

const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
  requests++;
  const { socket } = request;
  const leave = gauge.enter();
  leaves.set(socket, leave);
  open.add(socket);
  response.on("close", leave).on("error", leave);
  request.resume();
  // A path is `/ms/name/roll`: how long it takes, what to answer, and a number for answers that have a choice.
  const [, ms, name = "", roll] = (request.url ?? "").split("/");
  setTimeout(() => {
    if (socket.destroyed) return;
    const answer = ANSWERS[name] ?? ANSWERS["error"];
    answer?.({ request, response, socket, elsewhere, roll: Number(roll) });
  }, Number(ms));
});

server.on("connection", (socket) => {
  connections++;
  const leave = (): void => leaves.get(socket)?.();
  // Over when either side has said all it will.
  socket.on("finish", leave).on("end", leave).on("error", leave).on("close", leave);
  socket.on("close", () => open.delete(socket));
});

server.listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address() as AddressInfo;
const elsewhere = `http://localhost:${port}`;

parentPort?.on("message", () => {
  const tally: Tally = { connections, open: open.size, requests, atOnce: gauge.most };
  parentPort?.postMessage(tally);
});
parentPort?.postMessage(`http://127.0.0.1:${port}`);
