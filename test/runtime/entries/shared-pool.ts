/* A Worker that does what it should not: two requests share a pool. */
import { Client, requestTask } from "httppool";

const pool = new Client({ workers: 1 }).start();

export default {
  /** Sends one request through the shared pool, by the door that the path names. */
  async fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const target = searchParams.get("target") ?? "";
    const task = requestTask(target, (response) => response.text());
    try {
      if (pathname === "/offer") return new Response(String(pool.offer(task)));
      if (pathname === "/send") return new Response(String(await pool.send(task)));
      if (pathname === "/fetch") return await pool.fetch(target);
      return new Response(await pool.run(task));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};
