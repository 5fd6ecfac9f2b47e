/** What `rival-modules.ts` makes of a module. */
declare module "*?on-clock" {
  /** @param realm What tells the time, or goes out, by its names. @returns What the module exports. */
  export function on(realm: Readonly<Record<string, unknown>>): unknown;
}

/** A file as it stands. */
declare module "*?text" {
  export const text: string;
}
