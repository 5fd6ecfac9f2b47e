import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { run, serve } from "./support/stage.ts";

const LINKS = 24;

test("the dead links of a page are told, each link is asked for once, and never more than two at a time of one host", async () => {
  const site = await serve(async ({ path }) => {
    // So that those that are under way at once are seen to be.
    await sleep(20);
    if (path === "/") return { body: page(), headers: { "content-type": "text/html" } };
    return { status: path.startsWith("/gone") ? 404 : 200 };
  });
  const program = run({
    runtime: "deno",
    flags: ["--allow-net=127.0.0.1"],
    file: "deno/dead-links.ts",
    args: [`${site.url}/`],
  });
  expect(await program.ended(), program.stderr).toBe(1);
  expect(program.lines.toSorted()).toEqual([`404 ${site.url}/gone/0`, `404 ${site.url}/gone/12`]);
  const asked = site.arrivals.slice(1).map(({ method, path }) => `${method} ${path}`);
  expect(asked.toSorted()).toEqual(
    paths()
      .map((path) => `HEAD ${path}`)
      .toSorted(),
  );
  expect(site.most).toBeLessThanOrEqual(2);
});

test("a page without a dead link ends with 0", async () => {
  const site = await serve(() => ({ body: `<a href="/fine">fine</a> <a href="mailto:a@example.com">mail</a>` }));
  const program = run({
    runtime: "deno",
    flags: ["--allow-net=127.0.0.1"],
    file: "deno/dead-links.ts",
    args: [`${site.url}/`],
  });
  expect(await program.ended(), program.stderr).toBe(0);
  expect(program.stdout).toBe("");
  expect(site.arrivals.map(({ path }) => path)).toEqual(["/", "/fine"]);
});

function paths(): readonly string[] {
  return Array.from({ length: LINKS }, (_, index) => (index % 12 === 0 ? `/gone/${index}` : `/there/${index}`));
}

/** Each link twice, with something behind a `#`. */
function page(): string {
  return [...paths(), ...paths()].map((path, index) => `<a class="x" href="${path}#${index}">link</a>`).join("\n");
}
