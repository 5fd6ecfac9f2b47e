/* Fetches the addresses on its standard input, and tells Prometheus how it goes:

     node poll.ts < urls.txt
     curl http://127.0.0.1:9464/metrics

   It ends with SIGTERM, so that what it has counted can be scraped. */
import { createInterface } from "node:readline";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { Client, requestTask } from "httppool";
import { otelListener } from "httppool/otel";
import { retry } from "httppool/retry";

const exporter = new PrometheusExporter({ host: "127.0.0.1", port: Number(process.env["METRICS_PORT"] ?? 9464) });
const meters = new MeterProvider({ readers: [exporter] });

const pool = new Client({
  name: "poll",
  workers: 4,
  timeout: 10_000,
  retry: retry(),
  listeners: [otelListener({ meter: meters.getMeter("httppool") })],
}).start();

process.once("SIGTERM", () => void shutDown());

for await (const url of createInterface({ input: process.stdin })) {
  if (URL.canParse(url)) await pool.send(requestTask(url, (response) => response.text()));
}

async function shutDown(): Promise<void> {
  await pool.close();
  await meters.shutdown();
  process.exit();
}
