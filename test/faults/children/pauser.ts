/* Pauses a pool whose tasks wait for their pace, and has nothing else to do: it must end by itself, and at once. */
import { Client } from "httppool";

const pool = new Client({ workers: 1, period: 20_000 }).start();
await pool.run(() => null);
for (let count = 0; count < 3; count++) pool.offer(() => null);
pool.pause();
console.log(pool.waiting);
