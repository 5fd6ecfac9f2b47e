import { expectTypeOf, test } from "vitest";
import {
  type Clock,
  type Exchange,
  simulate,
  SimulatedServer,
  type SimulatedServerOptions,
  type SimulationReport,
  VirtualClock,
} from "../../src/lab.ts";
import { Client as WithKy, type ClientOptions } from "../../src/index.ts";
import { Client, type Handler } from "../../src/lean.ts";

const clock = new VirtualClock({ date: new Date(), drift: (delay) => delay / 10 });
const server = new SimulatedServer({ clock });

test("a virtual clock is a clock of a client, and a server's fetch a handler and a fetch", () => {
  expectTypeOf(clock).toExtend<Clock>();
  expectTypeOf(clock).toExtend<NonNullable<ClientOptions["clock"]>>();
  expectTypeOf(server.fetch).toExtend<Handler>();
  expectTypeOf(server.fetch("https://a.example/", { method: "PUT" })).toEqualTypeOf<Promise<Response>>();
  expectTypeOf(server.exchanges).toEqualTypeOf<readonly Exchange[]>();
});

test("a simulation takes the clients of both doors", () => {
  const load = { perSecond: 4 };
  const handler = server.fetch;
  expectTypeOf(simulate({ client: new Client({ handler, clock }), server, load, for: 1 })).toEqualTypeOf<
    Promise<SimulationReport>
  >();
  void simulate({ client: new WithKy({ handler, clock }), server, load: { times: [1] } });
  // @ts-expect-error A load is one of three.
  void simulate({ client: new WithKy({ handler, clock }), server, load: { every: 1 } });
});

test("options are known by name", () => {
  expectTypeOf({ latency: { median: 1, shape: "even" as const } }).toExtend<Partial<SimulatedServerOptions>>();
  // @ts-expect-error A server has a clock.
  void new SimulatedServer({});
  // @ts-expect-error It is no shape.
  void new SimulatedServer({ clock, latency: { median: 1, shape: "round" } });
  // @ts-expect-error It is no kind of limit.
  void new SimulatedServer({ clock, rateLimit: { requests: 1, per: 1, kind: "leaky" } });
});
