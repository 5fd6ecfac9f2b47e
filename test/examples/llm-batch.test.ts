import { expect, test } from "vitest";
import type { Origin } from "./support/origin.ts";
import { run, serve } from "./support/stage.ts";
import { TokenBucket } from "./support/token-bucket.ts";

const AT_ONCE = 4;
const PER_SECOND = 20;
/** Of each that may be under way at once, one may come late, and the next in time. */
const BURST = 2 * AT_ONCE;
const PROMPTS = Array.from({ length: 30 }, (_, index) => `How much is ${index} and 1?`);

test("at the pace that its key allows the batch never sees a 429, and nor does the endpoint give one", async () => {
  const { origin, given } = await endpoint(new TokenBucket(PER_SECOND, BURST));
  expect(await batch(origin)).toEqual(ANSWERS);
  expect(given).toEqual(PROMPTS.map(() => 200));
  expect(origin.most).toBeLessThanOrEqual(AT_ONCE);
});

test("plain calls of fetch are limited by the same endpoint", async () => {
  const { origin, given } = await endpoint(new TokenBucket(1, BURST));
  const body = JSON.stringify({ messages: [{ content: "Hello" }] });
  const calls = Array.from({ length: 100 }, async () => (await fetch(origin.url, { method: "POST", body })).text());
  await Promise.all(calls);
  expect(given).toContain(429);
});

test("where others use the same key, the endpoint gives some, the batch sees none, and each prompt is answered once", async () => {
  const { origin, given } = await endpoint(new TokenBucket(PER_SECOND / 3, 1));
  expect(await batch(origin)).toEqual(ANSWERS);
  expect(given).toContain(429);
  expect(given.filter((status) => status === 200)).toHaveLength(PROMPTS.length);
});

const ANSWERS = PROMPTS.map((prompt) => ({ prompt, answer: prompt.toUpperCase() }));

/** Runs the batch to its end. @returns What it has written. */
async function batch({ url }: Origin): Promise<readonly unknown[]> {
  const program = run({
    runtime: "node",
    file: "llm-batch/batch.ts",
    env: {
      OPENAI_API_KEY: "a key",
      OPENAI_BASE_URL: `${url}/v1`,
      PER_SECOND: String(PER_SECOND),
      AT_ONCE: String(AT_ONCE),
    },
  });
  program.write(PROMPTS.map((prompt) => `${prompt}\n`).join(""));
  program.finishInput();
  expect(await program.ended(), program.stderr).toBe(0);
  return program.lines.map((line) => JSON.parse(line) as unknown);
}

/** The least of an OpenAI-compatible endpoint, with a limit. */
async function endpoint(bucket: TokenBucket): Promise<{ readonly origin: Origin; readonly given: readonly number[] }> {
  const given: number[] = [];
  const origin = await serve(({ body }) => {
    const status = bucket.take() ? 200 : 429;
    given.push(status);
    const headers = { "content-type": "application/json", "retry-after": "1" };
    if (status === 429) return { status, headers, body: JSON.stringify({ error: { message: "Rate limit reached" } }) };
    const { messages } = JSON.parse(body.toString()) as { messages: readonly { content: string }[] };
    const message = { role: "assistant", content: messages[0]?.content.toUpperCase() };
    const choices = [{ index: 0, finish_reason: "stop", message }];
    return {
      headers,
      body: JSON.stringify({ id: "1", object: "chat.completion", created: 0, model: "fake", choices }),
    };
  });
  return { origin, given };
}
