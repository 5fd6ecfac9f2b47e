/* Takes events, and tells each to every subscriber:

     SUBSCRIBERS="https://a.example/hook https://b.example/hook" PORT=3000 bun fan-out.ts
     curl -d '{"paid":42}' http://127.0.0.1:3000/events

   One slow or failing subscriber holds up no other, and who sends events faster than they can be told hears of it. */
import { Client, requestTask } from "httppool";
import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";

const subscribers = new Set((Bun.env["SUBSCRIBERS"] ?? "").split(" ").filter((url) => url !== ""));
/** Deliveries that may wait, of each subscriber. */
const PLACES = 100;

const pool = new Client({
  workers: 20,
  queueSize: PLACES * Math.max(1, subscribers.size),
  timeout: 10_000,
  lanes: lanes({ workers: 4, queueSize: PLACES }),
  retry: retry({ limit: 5 }),
}).start();

pool.on("finish", ({ lane, status, ok }) => {
  if (!ok || (status ?? 0) >= 400) console.error(`Not delivered to ${lane}: ${status ?? "no answer"}`);
});

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(Bun.env["PORT"] ?? 3000),
  routes: {
    "/events": { POST: async (request) => tell(await request.text()) },
  },
});
console.log(`Listening on ${server.url.href}`);

process.once("SIGTERM", () => void shutDown());

/** What was accepted is delivered before the process ends. */
async function shutDown(): Promise<void> {
  await server.stop();
  await pool.close();
}

/** Accepts an event for all subscribers or for none. */
function tell(body: string): Response {
  const isFull = [...pool.lanes().values()].some(({ waiting }) => waiting >= PLACES);
  if (isFull) return new Response("Busy", { status: 503, headers: { "retry-after": "1" } });
  // By this a subscriber knows what it was told already, and the pool that a POST may be repeated.
  const headers = { "content-type": "application/json", "idempotency-key": crypto.randomUUID() };
  for (const url of subscribers) pool.offer(requestTask(url, { method: "POST", headers, body }), { lane: url });
  return new Response("Accepted", { status: 202 });
}
