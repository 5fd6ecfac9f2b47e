import { describe, expect, it } from "vitest";
import { sightingFor } from "../../playground/src/panels/sightings.ts";
import type { Scene } from "../../playground/src/scene/scene.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";
import { TRIES } from "../../playground/src/settings/tries.ts";
import { runScene } from "./support/run-scene.ts";

const settingsOf = (wanted: string): Settings => PRESETS.find(({ id }) => id === wanted)?.settings ?? DEFAULTS;
const triedOf = (wanted: string): Settings => ({ ...settingsOf(wanted), ...TRIES.get(wanted)?.change });
const played = new Map<string, Promise<Scene>>();
/** The preset after 40 s, played once for all tests. */
function play(id: string): Promise<Scene> {
  const scene = played.get(id) ?? runScene(settingsOf(id), 40);
  played.set(id, scene);
  return scene;
}
const tried = (id: string, seconds = 40): Promise<Scene> => runScene(triedOf(id), seconds);
const seen = async (id: string): Promise<string> => sightingFor(id)(await play(id), settingsOf(id));
const median = ({ recorder }: Scene): number => recorder.series.steps.at(-1)?.median ?? 0;

describe("A preset", () => {
  it("says what one will see in one sentence, and has one thing to try, which changes it", () => {
    for (const { id, about, settings } of PRESETS) {
      expect(about, id).toMatch(/^[^.]+(\.example[^.]+)*(\.\d[^.]+)*\.$/);
      const change = TRIES.get(id)?.change ?? {};
      expect(Object.keys(change).length, id).toBeGreaterThan(0);
      expect(settings, id).not.toMatchObject(change);
    }
  });

  it("has seen nothing but what its events tell", async () => {
    const scene = await play("first");
    const { tally } = scene.recorder;
    expect(sightingFor("first")(scene, DEFAULTS)).toBe(
      `${tally.started} started, at most 4 at once, no slot twice within 400 ms; up to 12 waited, ${scene.evidence.mostInLine} stood in line.`,
    );
    expect(scene.evidence.mostInLine).toBeGreaterThanOrEqual(22 - 4 - 12);
    expect(sightingFor("no such preset")(scene, DEFAULTS)).toMatch(/^\d+ started, at most 4 at once; \d+ went wrong/);
  });

  it("shows what it promises: holds, retries, slots, gaps, circuits, refusals, and who gave up", async () => {
    expect(await seen("lanes")).toMatch(/^a\.example said 429 \d+ times and was held \d+ times; .* \d\d+ answers\.$/);
    expect(await seen("retries")).toMatch(/^\d\d attempts failed and rested; so [1-9]\d* tasks? came through/);
    expect(await seen("tuned")).toMatch(/^\d+ to \d+ slots, \d+ now; \d+ answered, half of them within \d+ ms\.$/);
    expect(await seen("spread")).toMatch(/, no two within 250 ms; 0 got 429\.$/);
    expect(await seen("webhooks")).toMatch(
      /^the circuit of e\.example is open; \d+ delivered, [1-9]\d* not even sent\.$/,
    );
    expect(await seen("crawler")).toMatch(/no slot twice within 1000 ms; [1-9]\d* filtered out\.$/);
    expect(await seen("llm")).toMatch(/, [1-9]\d* told to come later \(429\)/);
    expect(await seen("edge")).toMatch(/, [1-9]\d* refused at once, [1-9]\d* too late to be sent\.$/);
    expect(await seen("uploads")).toMatch(/^\d+ arrived, [1-9]\d* given up; at most 3 on the line at once\.$/);
  });
});

describe("What is to be tried", () => {
  it("in First look: without a pace fewer stand in line", async () => {
    const [before, after] = [await play("first"), await tried("first")];
    expect(after.evidence.mostInLine).toBeLessThan(before.evidence.mostInLine);
    expect(after.evidence.closestOfSlot).toBeLessThan(400);
  });

  it("without lanes: most of what a.example answers is 429, and nothing is held", async () => {
    const { evidence, recorder, server } = await tried("lanes");
    const { limited = 0, holds = 0 } = evidence.hosts.get("a.example") ?? {};
    expect(limited).toBeGreaterThan((server?.counts.arrivals ?? 0) / 3 / 2);
    expect(holds).toBe(0);
    expect(recorder.troubles.limited).toBe(limited);
  });

  it("without a budget: the sick server gets nearly two requests for each task", async () => {
    const { recorder } = await tried("retries");
    const tasks = recorder.tally.queued / 3;
    expect((tasks + recorder.tally.retried) / tasks).toBeGreaterThan(1.7);
    expect(recorder.tally.retried).toBeGreaterThan(2 * (await play("retries")).recorder.tally.retried);
  });

  it("with 24 fixed slots: all of them are busy, and answers take longer", async () => {
    const [before, after] = [await play("tuned"), await tried("tuned")];
    expect(after.pool.running).toBe(24);
    expect(median(after)).toBeGreaterThan(1.2 * median(before));
  });

  it("without spread: six at the same moment, and 429", async () => {
    const { evidence, recorder } = await tried("spread");
    expect(evidence.closest).toBe(0);
    expect(evidence.mostRunning).toBe(6);
    expect(recorder.troubles.limited).toBeGreaterThan(0);
  });

  it("without a breaker: what goes to the host that is down is sent, and fails", async () => {
    const [before, after] = [await play("webhooks"), await tried("webhooks")];
    expect(after.evidence.of("circuit open")).toBe(0);
    expect(after.server?.counts.arrivals).toBe(
      (before.server?.counts.arrivals ?? 0) + before.evidence.of("circuit open"),
    );
  });

  it("in Crawler, without a pace: page after page", async () => {
    expect((await tried("crawler")).evidence.closestOfSlot).toBeLessThan(1000);
  });

  it("in LLM batch: at the pace that the provider allows there is no 429", async () => {
    const { recorder, evidence } = await tried("llm", 60);
    expect(recorder.troubles.limited).toBe(0);
    expect(evidence.closest).toBeGreaterThanOrEqual(266);
  });

  it("in Edge fan-out, with a queue of 50: nobody is refused, more are answered, more are too late", async () => {
    const [before, after] = [await play("edge"), await tried("edge")];
    expect(after.recorder.tally.full).toBe(0);
    expect(after.evidence.answered).toBeGreaterThan(before.evidence.answered);
    expect(after.evidence.of("expired")).toBeGreaterThan(before.evidence.of("expired"));
  });

  it("in Uploads, with patient callers: nobody gives up, and more arrive", async () => {
    const [before, after] = [await play("uploads"), await tried("uploads")];
    expect(after.evidence.of("aborted")).toBe(0);
    expect(after.evidence.answered).toBeGreaterThan(before.evidence.answered);
  });

  it("in Full speed, with 20 slots: senders stand in line", async () => {
    const { evidence } = await tried("full", 3);
    expect(evidence.mostRunning).toBe(20);
    expect(evidence.mostInLine).toBeGreaterThan(100);
  });
});
