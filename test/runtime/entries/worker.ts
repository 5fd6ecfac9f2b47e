/* For Workers: the pools are made and used inside one request. */
import { type Order, run } from "./run.ts";

export default {
  fetch: async (request: Request): Promise<Response> => Response.json(await run((await request.json()) as Order)),
};
