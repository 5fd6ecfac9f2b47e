type OnAbort = (reason: unknown) => void;

/** Who hears of one signal, by whom they hear for. */
interface Hub {
  readonly followers: Map<object, OnAbort>;
  readonly onAbort: () => void;
}

/** One listener a signal, however many follow it: platforms search all listeners to add or remove one. */
const hubs = new WeakMap<AbortSignal, Hub>();

/** Calls back, once, when the signal aborts, for `follower`, which follows the signal only once at a time. */
export function follow(signal: AbortSignal, follower: object, onAbort: OnAbort): void {
  const hub = hubs.get(signal) ?? open(signal);
  hub.followers.set(follower, onAbort);
}

/** Ends what {@link follow} began. The last one to go takes the listener off the signal. */
export function unfollow(signal: AbortSignal, follower: object): void {
  const hub = hubs.get(signal);
  if (hub === undefined || !hub.followers.delete(follower) || hub.followers.size > 0) return;
  close(signal, hub);
}

function open(signal: AbortSignal): Hub {
  const followers = new Map<object, OnAbort>();
  const hub: Hub = {
    followers,
    onAbort: () => {
      // The hub stays open meanwhile: one follower's end may be another's reason to unfollow.
      for (const [follower, onAbort] of followers) {
        followers.delete(follower);
        onAbort(signal.reason);
      }
      close(signal, hub);
    },
  };
  hubs.set(signal, hub);
  signal.addEventListener("abort", hub.onAbort);
  return hub;
}

function close(signal: AbortSignal, hub: Hub): void {
  hubs.delete(signal);
  signal.removeEventListener("abort", hub.onAbort);
}
