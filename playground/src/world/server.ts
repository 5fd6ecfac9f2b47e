import type { Clock } from "httppool";
import { type ServerBehavior, SimulatedServer, type SimulatedServerOptions } from "httppool/lab";
import type { Settings } from "../settings/settings.ts";
import { behaviorFor } from "./behavior.ts";
import { isHalved, numberOf } from "./hosts.ts";

/** Requests that are remembered, should they come again. */
const REMEMBERED = 5000;
/** Between the numbers of two attempts at the same request. */
const APART = 1_000_000;

/**
 * The server of a scene. The same request meets the same luck whoever sends it, in whatever order; one that comes again has
 * luck of its own.
 *
 * @param settings Asked at each request: the sliders act at once.
 */
export function serverFor(
  settings: () => Settings,
  clock: Clock,
  onExchange?: SimulatedServerOptions["onExchange"],
): SimulatedServer {
  const attempts = new Map<number, number>();
  let behaviors = new Map<string, ServerBehavior>();
  let known: Settings | undefined;
  let wasHalved = false;
  return new SimulatedServer({
    clock,
    seed: settings().seed,
    keep: 0,
    onExchange,
    routes: ({ url }) => {
      const now = settings();
      const halved = isHalved(clock.now(), now);
      if (now !== known || halved !== wasHalved) behaviors = new Map();
      known = now;
      wasHalved = halved;
      const { host } = new URL(url);
      let behavior = behaviors.get(host);
      if (behavior === undefined) behaviors.set(host, (behavior = behaviorFor(host, now, halved)));
      return behavior;
    },
    numberOf: ({ url }) => {
      const number = numberOf(url);
      const attempt = (attempts.get(number) ?? 0) + 1;
      attempts.delete(number);
      attempts.set(number, attempt);
      const [oldest] = attempts.keys();
      if (attempts.size > REMEMBERED && oldest !== undefined) attempts.delete(oldest);
      return number + APART * (attempt - 1);
    },
  });
}
