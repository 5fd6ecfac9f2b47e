import { context, type Span, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { breakerHandler } from "../../../src/breaker.ts";
import { Client, type DispatchCloser, type Handler, type LeanClientOptions, type Task } from "../../../src/lean.ts";
import { request } from "../../support/lab.ts";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("test");

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterEach(() => {
  context.disable();
  exporter.reset();
});

/** The span that is active here. */
const active = (): string => (trace.getActiveSpan() as (Span & { readonly name: string }) | undefined)?.name ?? "none";

/** A pool whose handler, tasks, consumers and listeners write down which span they run in. */
function traced(options: Partial<LeanClientOptions> = {}): {
  readonly pool: DispatchCloser;
  readonly seen: string[];
  readonly task: Task;
} {
  const seen: string[] = [];
  const see = (where: string): void => void seen.push(`${where} in ${active()}`);
  const handler: Handler = async () => {
    see("handler");
    await Promise.resolve();
    return new Response("x");
  };
  const pool = new Client({
    handler,
    listeners: [({ type, ...event }) => see(`${type} ${"id" in event ? event.id : ""}`)],
    ...options,
  }).start();
  const task: Task = () => {
    see("task");
    return { request: request(), consumer: () => see("consumer") };
  };
  return { pool, seen, task };
}

/** Calls within a span of this name. */
function inSpan<T>(name: string, call: () => T): T {
  return tracer.startActiveSpan(name, (span) => {
    try {
      return call();
    } finally {
      span.end();
    }
  });
}

/** What is seen of a task, all in one span. */
const everywhere = (id: number, span: string): string[] => [
  `queue ${id} in ${span}`,
  `start ${id} in ${span}`,
  `task in ${span}`,
  `handler in ${span}`,
  `headers ${id} in ${span}`,
  `consumer in ${span}`,
  `finish ${id} in ${span}`,
];

describe("the span that is active at send", () => {
  test("is active in task, handler, consumer and listeners", async () => {
    const { pool, seen, task } = traced();
    await inSpan("caller", () => pool.run(task));
    expect(seen).toEqual(everywhere(1, "caller"));
  });

  test("is each task's own, also when another one's end lets it start", async () => {
    const { pool, seen, task } = traced({ workers: 1, queueSize: 1 });
    const runs = ["one", "two", "three"].map((name) => inSpan(name, () => pool.run(task)));
    await Promise.all(runs);
    for (const [index, name] of ["one", "two", "three"].entries()) {
      const own = seen.filter((line) => line.endsWith(` in ${name}`));
      expect(own).toEqual(everywhere(index + 1, name));
    }
    expect(seen.filter((line) => line.endsWith("in none"))).toEqual([]);
  });

  test("is active in a paced task, which a timer starts", async () => {
    const { pool, seen, task } = traced({ workers: 1, period: 5 });
    await Promise.all(["one", "two"].map((name) => inSpan(name, () => pool.run(task))));
    expect(seen.filter((line) => line.endsWith("in two"))).toEqual(everywhere(2, "two"));
  });

  test("is active in the delegate of a breaker, with a timeout and without", async () => {
    for (const timeout of [0, 1000]) {
      const seen: string[] = [];
      const delegate: Handler = async () => {
        seen.push(active());
        return new Response(null);
      };
      const { pool, task } = traced({ handler: breakerHandler({ delegate, timeout }) });
      await inSpan("caller", () => pool.run(task));
      expect(seen).toEqual(["caller"]);
    }
  });

  test("is the parent of the spans that the handler makes", async () => {
    const handler: Handler = async () => inSpan("GET", () => new Response(null));
    const { pool, task } = traced({ handler });
    await inSpan("caller", () => pool.run(task));
    const [caller, get] = ["caller", "GET"].map((name) =>
      exporter.getFinishedSpans().find((span) => span.name === name),
    );
    expect(get?.parentSpanContext?.spanId).toBe(caller?.spanContext().spanId);
    expect(get?.spanContext().traceId).toBe(caller?.spanContext().traceId);
  });

  test("is none for a call outside of all spans", async () => {
    const { pool, seen, task } = traced({ workers: 1 });
    const spanned = inSpan("caller", () => pool.run(task));
    await pool.run(task);
    await spanned;
    expect(seen.filter((line) => line.endsWith("in none"))).toEqual(everywhere(2, "none"));
  });
});
