import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import type { Answer, Arrival, Origin } from "./support/origin.ts";
import { usePages } from "./support/pages.ts";
import { serve } from "./support/stage.ts";
import { until } from "../support/until.ts";

const CHUNK = 256 * 1024;

const pages = usePages("react");

test("files are uploaded whole, two chunks at once, and a chunk that the server could not take is sent again", async () => {
  let isBusy = true;
  const { site, page, sizes } = await open((chunk) => {
    if (!isBusy || chunk.headers["content-range"] !== `bytes ${CHUNK}-${2 * CHUNK - 1}/${3 * CHUNK + 5}`) return {};
    isBusy = false;
    return { status: 503, headers: { "retry-after": "0" } };
  });
  await choose(page, { "large.bin": 3 * CHUNK + 5, "small.bin": 10, "empty.bin": 0 });
  for (const name of ["large.bin", "small.bin", "empty.bin"]) await until(() => says(page, name, "sent"));
  expect(sizes().toSorted((a, b) => a - b)).toEqual([0, 10, 3 * CHUNK + 5]);
  expect(chunksOf(site)).toHaveLength(4 + 1 + 1 + 1);
  expect(site.most).toBeLessThanOrEqual(2);
});

test("the progress is what the server has", async () => {
  const gate = Promise.withResolvers<void>();
  const { page } = await open(async ({ headers }) => {
    if (headers["content-range"]?.startsWith(`bytes ${2 * CHUNK}-`) === true) await gate.promise;
    return {};
  });
  await choose(page, { "film.bin": 4 * CHUNK });
  await until(async () => (await progress(page, "film.bin")) === 0.5);
  expect(await says(page, "film.bin", "sending")).toBe(true);
  gate.resolve();
  await until(() => says(page, "film.bin", "sent"));
  expect(await progress(page, "film.bin")).toBe(1);
});

test("a cancelled upload is aborted, leaves its slot to others, and resumes where the server has it", async () => {
  let isHeld = true;
  const forever = Promise.withResolvers<Answer>();
  const { site, page, sizes } = await open(({ headers }) => {
    const isSecond = headers["content-range"] === `bytes ${CHUNK}-${2 * CHUNK - 1}/${2 * CHUNK}`;
    return isSecond && isHeld ? forever.promise : {};
  });
  await choose(page, { "a.bin": 2 * CHUNK, "b.bin": 2 * CHUNK });
  // Both slots are taken by second chunks that are never answered.
  await until(() => chunksOf(site).length === 4);
  await choose(page, { "c.bin": 10 });
  await until(() => says(page, "c.bin", "sending"));
  expect(chunksOf(site)).toHaveLength(4);
  await entry(page, "a.bin").getByRole("button", { name: "Cancel" }).click();
  await until(() => says(page, "a.bin", "cancelled"));
  await until(() => says(page, "c.bin", "sent"));
  await until(() => chunksOf(site).filter(({ hungUp }) => hungUp).length === 1);
  isHeld = false;
  await entry(page, "a.bin").getByRole("button", { name: "Resume" }).click();
  await until(() => says(page, "a.bin", "sent"));
  await entry(page, "b.bin").getByRole("button", { name: "Cancel" }).click();
  await until(() => says(page, "b.bin", "cancelled"));
  await entry(page, "b.bin").getByRole("button", { name: "Resume" }).click();
  await until(() => says(page, "b.bin", "sent"));
  expect(sizes().toSorted((a, b) => a - b)).toEqual([10, 2 * CHUNK, 2 * CHUNK]);
  // The first chunk of each once, the second again.
  expect(chunksOf(site)).toHaveLength(3 + 3 + 1);
});

test("an upload that the server refuses has failed", async () => {
  const { site, page } = await open(() => ({ status: 413 }));
  await choose(page, { "a.bin": 10 });
  await until(() => says(page, "a.bin", "failed"));
  expect(chunksOf(site)).toHaveLength(1);
});

interface Scene {
  readonly site: Origin;
  readonly page: Page;
  /** The bytes of each upload that the server has, each chunk where its range says, all of them as they were chosen. */
  sizes(): readonly number[];
}

/** Opens the page, whose uploads are answered so. */
async function open(script: (chunk: Arrival) => Answer | Promise<Answer>): Promise<Scene> {
  const uploads = new Map<string, Buffer>();
  const site = await serve(async (arrival) => {
    const { path, method, body, headers } = arrival;
    if (method !== "PUT") return (await pages.file(path)) ?? { status: 404 };
    const answer = await script(arrival);
    if ((answer.status ?? 200) !== 200) return answer;
    const [, from = "0", size = ""] = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(String(headers["content-range"])) ?? [];
    const upload = uploads.get(path) ?? Buffer.alloc(Number(size));
    body.copy(upload, Number(from));
    uploads.set(path, upload);
    return answer;
  });
  const page = await (await pages.context()).newPage();
  await page.goto(site.url);
  const sizes = (): readonly number[] => {
    for (const upload of uploads.values()) expect(upload.equals(bytes(upload.length))).toBe(true);
    return [...uploads.values()].map(({ length }) => length);
  };
  return { site, page, sizes };
}

const chunksOf = ({ arrivals }: Origin): readonly Arrival[] => arrivals.filter(({ method }) => method === "PUT");

/** What a file of that size holds: no chunk of it like another. */
function bytes(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) % 251));
}

/** Chooses files by their sizes. */
async function choose(page: Page, files: Readonly<Record<string, number>>): Promise<void> {
  const payloads = Object.entries(files).map(([name, size]) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: bytes(size),
  }));
  await page.getByLabel("Files").setInputFiles(payloads);
}

const entry = (page: Page, name: string): ReturnType<Page["getByRole"]> => page.getByRole("listitem", { name });

const says = async (page: Page, name: string, state: string): Promise<boolean> =>
  (await entry(page, name).locator("output").textContent()) === state;

const progress = (page: Page, name: string): Promise<number> =>
  entry(page, name)
    .locator("progress")
    .evaluate((bar: HTMLProgressElement) => bar.position);
