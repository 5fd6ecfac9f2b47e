import { describe, expect, it } from "vitest";
import { FIELDS, needsRestart } from "../../playground/src/settings/fields.ts";
import { fromLink, toLink } from "../../playground/src/settings/link.ts";
import { PRESETS } from "../../playground/src/settings/presets.ts";
import { DEFAULTS, type Settings } from "../../playground/src/settings/settings.ts";

describe("A link", () => {
  it("holds every preset, and is empty for the scene that opens first", () => {
    expect(toLink(DEFAULTS)).toBe("");
    for (const { settings } of PRESETS) expect(fromLink(`#${toLink(settings)}`)).toEqual(settings);
  });

  it("holds every setting", () => {
    for (const field of FIELDS) {
      const value =
        field.kind === "number"
          ? DEFAULTS[field.key] + 1
          : field.kind === "switch"
            ? !DEFAULTS[field.key]
            : field.kind === "text"
              ? "https://x.example/?a=1&b=#2"
              : (field.choices.find(([choice]) => choice !== DEFAULTS[field.key])?.[0] ?? "");
      const settings: Settings = { ...DEFAULTS, [field.key]: value };
      expect(fromLink(toLink(settings)), field.key).toEqual(settings);
    }
    expect(new Set(FIELDS.map(({ key }) => key))).toEqual(new Set(Object.keys(DEFAULTS)));
  });

  it("that names what there is not, or nonsense, gives the scene that opens first", () => {
    for (const link of [
      "#workers=",
      "#workers=many",
      "#way=teleport",
      "#breaker=perhaps",
      "#color=red",
      "#tracks-title",
    ]) {
      expect(fromLink(link), link).toEqual(DEFAULTS);
    }
  });

  it("keeps numbers whole and within their bounds", () => {
    expect(fromLink("workers=1000000&queueSize=-5&period=333.4")).toEqual({
      ...DEFAULTS,
      workers: 100,
      queueSize: 1,
      period: 333,
    });
  });
});

describe("A change", () => {
  it("of the pool needs a restart, one of the load or the server does not", () => {
    expect(needsRestart(DEFAULTS, { ...DEFAULTS, workers: 5 })).toBe(true);
    expect(needsRestart(DEFAULTS, { ...DEFAULTS, breaker: true })).toBe(true);
    expect(needsRestart(DEFAULTS, { ...DEFAULTS, tempo: "x10" })).toBe(true);
    expect(needsRestart(DEFAULTS, { ...DEFAULTS, rate: 100, way: "map", latency: 1, errors: 100, span: 5 })).toBe(
      false,
    );
  });
});

describe("The fields", () => {
  it("have their stops in order, and the presets within them", () => {
    for (const field of FIELDS) {
      if (field.kind !== "number") continue;
      expect(field.stops, field.key).toEqual([...field.stops].toSorted((one, other) => one - other));
      for (const { id, settings } of PRESETS) {
        expect(settings[field.key], `${id} ${field.key}`).toBeGreaterThanOrEqual(field.min);
        expect(settings[field.key], `${id} ${field.key}`).toBeLessThanOrEqual(field.max);
      }
    }
  });
});
