/* Tells which links of a page are dead: deno run --allow-net dead-links.ts https://example.com/

   However many links the page has, ten are asked for at once, and of one host two, at most five a second. */
import { Client } from "httppool";
import { lanes } from "httppool/lanes";
import { retry } from "httppool/retry";

const [page] = Deno.args;
if (page === undefined) {
  console.error("Usage: deno run --allow-net dead-links.ts URL");
  Deno.exit(2);
}

await using pool = new Client({
  workers: 10,
  timeout: 10_000,
  lanes: lanes({ workers: 2, period: 400 }),
  retry: retry(),
}).start();

const html = await (await pool.fetch(page)).text();
const toHead = (url: string): Request => new Request(url, { method: "HEAD" });
const checks = pool.map(linksOf(html, page), toHead, ({ status }) => status, { settled: true });

let dead = 0;
for await (const check of checks) {
  if (check.status === "fulfilled" && check.value < 400) continue;
  dead++;
  console.log(check.status === "fulfilled" ? check.value : String(check.reason), check.input);
}
Deno.exitCode = dead === 0 ? 0 : 1;

/** Where the links of a page lead to, each once, without what stands behind a `#`. */
function linksOf(text: string, base: string): Set<string> {
  const links = new Set<string>();
  for (const [, href = ""] of text.matchAll(/<a\s[^>]*?href="([^"]*)"/gi)) {
    const url = URL.parse(href, base);
    if (url === null || !/^https?:$/.test(url.protocol)) continue;
    url.hash = "";
    links.add(url.href);
  }
  return links;
}
