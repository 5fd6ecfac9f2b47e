/* For browsers: the runner starts the run, and looks at `progress` until there are `results`. */
import type { Result } from "../contract/contract.ts";
import { type Order, run } from "./run.ts";

/** What the runner looks at. */
interface Board {
  /** Starts the run. */
  runContract?: (order: Order) => void;
  /** How the last case that is done was called. */
  progress?: string;
  results?: readonly Result[];
  /** Why the run itself failed. */
  failure?: string;
}

const board: Board = globalThis as Board;

board.runContract = (order) => {
  run(order, ({ name }) => (board.progress = name)).then(
    (results) => (board.results = results),
    (error: unknown) => (board.failure = String(error)),
  );
};
