import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";
import { expect, test } from "vitest";
import { answer } from "../support/raw-answer.ts";
import { PATIENCE_MS, reading, serve, type Stage, stage } from "./stage.ts";

/** Long enough that a wait for what an odd value might be taken for is seen. */
const DELAY_MS = 30;

function patient(maxHold: number): Stage {
  return stage({
    workers: 2,
    lanes: lanes({ maxHold }),
    retry: retry({ jitter: false, delay: () => DELAY_MS, maxRetryAfter: 5000 }),
  });
}

test.each([
  ["nothing", ""],
  ["a word", "soon"],
  ["a negative number", "-60"],
  ["a fraction", "0.5"],
  ["a number in another notation", "1e3"],
  ["a unit", "60 s"],
  ["a list", "60, 60"],
  ["a date in ISO 8601", "2999-01-01T00:00:00Z"],
  ["a date that is none", "Tue, 46 Nov 2999 08:49:37 GMT"],
  ["a date that is over", "Sun, 06 Nov 1994 08:49:37 GMT"],
  ["what is no ASCII", "\u00e9\u00ff"],
  ["very much of it", "x".repeat(8000)],
])(
  "27. a Retry-After of %s says nothing: it is retried as if there were none, and no lane is held",
  async (_, value) => {
    let count = 0;
    const server = await serve(({ end }) =>
      end(count++ === 0 ? answer("busy", "503 Busy", { "retry-after": value }) : answer("done")),
    );
    const { pool, log, book } = patient(PATIENCE_MS);
    expect(await pool.run(reading(server.origin))).toBe("done");
    expect(log.of("retry").map(({ status, delayMs }) => [status, delayMs])).toEqual([[503, DELAY_MS]]);
    expect([log.of("hold"), book.errors]).toEqual([[], []]);
  },
);

test.each([
  ["more seconds than a number can say", "9".repeat(400)],
  ["more than a timer can wait for", "4000000"],
  ["a date far ahead", "Fri, 31 Dec 9999 23:59:59 GMT"],
])("27. a Retry-After of %s is not waited for by a retry, and holds its lane for maxHold", async (_, value) => {
  const server = await serve(({ end }) => end(answer("busy", "429 Busy", { "retry-after": value })));
  const other = await serve(({ end }) => end(answer("calm")));
  const { pool, log } = patient(PATIENCE_MS);
  expect(await pool.run(reading(server.origin))).toBe("busy");
  expect([log.of("retry"), log.of("hold").map(({ ms }) => ms)]).toEqual([[], [PATIENCE_MS]]);
  const held = pool.run(reading(server.origin)).catch(() => "given up");
  expect(await pool.run(reading(other.origin))).toBe("calm");
  expect(log.of("start")).toHaveLength(2);
  await pool.abort();
  expect(await held).toBe("given up");
});

test("27. several Retry-After in one answer say nothing", async () => {
  let count = 0;
  const server = await serve(({ end }) =>
    end(
      count++ === 0
        ? "HTTP/1.1 503 Busy\r\nretry-after: 60\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n"
        : answer("done"),
    ),
  );
  const { pool, log } = patient(PATIENCE_MS);
  expect(await pool.run(reading(server.origin))).toBe("done");
  expect(log.of("retry").map(({ delayMs }) => delayMs)).toEqual([DELAY_MS]);
});

test("27. a Retry-After of 0 is retried at once, and holds nothing", async () => {
  let count = 0;
  const server = await serve(({ end }) =>
    end(count++ === 0 ? answer("busy", "429 Busy", { "retry-after": "0" }) : answer("done")),
  );
  const { pool, log } = patient(PATIENCE_MS);
  expect(await pool.run(reading(server.origin))).toBe("done");
  expect([log.of("retry").map(({ delayMs }) => delayMs), log.of("hold")]).toEqual([[0], []]);
});
