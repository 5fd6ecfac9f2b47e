type Fetch = typeof globalThis.fetch;

/** On a pool's own `fetch`: the platform's, for whoever would else call the pool from inside the pool. */
const PLATFORM_FETCH = Symbol.for("httppool.platformFetch");

const fetchAtImport: Fetch | undefined = unwrap(globalThis.fetch);

/** The platform's `fetch`: looked up late, so that mocks are seen, but never a pool's own. */
export function platformFetch(): Fetch {
  const found = globalThis.fetch;
  const fetch = unwrap(found) ?? fetchAtImport;
  if (fetch === undefined) throw new TypeError("This runtime has no global `fetch`: give the client a `handler`");
  return fetch;
}

/** Marks a function as a pool's `fetch`, so that {@link platformFetch} of any copy of this package sees through it. */
export function markPoolFetch(fetch: object): void {
  Object.defineProperty(fetch, PLATFORM_FETCH, { value: fetchAtImport });
}

function unwrap(fetch: Fetch | undefined): Fetch | undefined {
  return fetch !== undefined && Object.hasOwn(fetch, PLATFORM_FETCH)
    ? (fetch as unknown as { [PLATFORM_FETCH]: Fetch | undefined })[PLATFORM_FETCH]
    : fetch;
}
