/* Answers a batch of prompts, one a line, by an OpenAI-compatible endpoint, at the pace that it allows:

     OPENAI_API_KEY=… OPENAI_BASE_URL=https://api.openai.com/v1 MODEL=gpt-5-mini PER_SECOND=8 AT_ONCE=40 \
       node batch.ts < prompts.txt

   Writes a line of JSON for each prompt, in order. The endpoint is never asked faster than PER_SECOND. Where others use the
   same key, it may say 429 all the same: then the whole batch is quiet for as long as it asks, and goes on. */
import { createInterface } from "node:readline";
import OpenAI from "openai";
import { Client } from "httppool";
import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";

const model = process.env["MODEL"] ?? "gpt-5-mini";
const perSecond = Number(process.env["PER_SECOND"] ?? 1);
/**
 * Requests under way at once: PER_SECOND times the seconds that an answer takes. A number, and not `adaptive()`: the limit of a
 * key counts requests a second, and is known. `adaptive()` would learn of it by the 429s that this batch is not to see, and how
 * long an answer takes says how long the answer is, not how busy the endpoint is.
 */
const workers = Number(process.env["AT_ONCE"] ?? 4);
/** Prompts that are read ahead of the answers. */
const AHEAD = 100;
const TEN_MINUTES = 10 * 60_000;

const pool = new Client({
  workers,
  // Each slot starts once a period, all of them evenly apart.
  lanes: lanes({ workers, period: (workers * 1000) / perSecond, spread: true, maxHold: TEN_MINUTES }),
  // A POST is sent again after a 429 only, which was no answer, and is not paid for.
  retry: retry({ limit: 10, maxRetryAfter: TEN_MINUTES, budget: false }),
  // Until the answer is complete.
  hold: "body",
}).start();

// Retries of the SDK's own would sleep each by itself, and know nothing of each other. Its timeout begins in the line.
const openai = new OpenAI({ fetch: pool.fetch, maxRetries: 0, timeout: 6 * TEN_MINUTES });

const answers: Promise<string>[] = [];
for await (const prompt of createInterface({ input: process.stdin })) {
  answers.push(answer(prompt));
  if (answers.length === AHEAD) console.log(await answers.shift());
}
for (const line of answers) console.log(await line);
await pool.close();

async function answer(prompt: string): Promise<string> {
  try {
    const { choices } = await openai.chat.completions.create({ model, messages: [{ role: "user", content: prompt }] });
    return JSON.stringify({ prompt, answer: choices[0]?.message.content });
  } catch (error) {
    return JSON.stringify({ prompt, error: String(error) });
  }
}
