/* For runtimes that are a process: the order comes as an argument, the results go to standard output. */
import { argv, exit } from "node:process";
import { type Order, run } from "./run.ts";

run(JSON.parse(argv[2] ?? "") as Order).then(
  (results) => console.log(`\n${JSON.stringify(results)}`),
  (error: unknown) => {
    console.error(error);
    exit(1);
  },
);
