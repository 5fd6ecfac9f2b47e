import { DEFAULTS, type Settings } from "./settings.ts";

/** A scene worth seeing. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** What one will see, in one sentence. */
  readonly about: string;
  readonly settings: Settings;
}

/** A scene that differs from the first one in some settings. */
export const preset = (id: string, title: string, about: string, settings: Partial<Settings>): Preset => ({
  id,
  title,
  about,
  settings: { ...DEFAULTS, ...settings },
});
