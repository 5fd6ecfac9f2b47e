import type { Features, Result } from "../contract/contract.ts";
import type { Stage } from "../stage.ts";

/** A runtime that the contract is proven in. */
export interface Runtime {
  /** How `--only` names it. */
  readonly id: string;
  readonly name: string;
  /** Where it is, or why it is not there. */
  find(): Promise<Found | Missing>;
  /** The ways in which the package gets into it. */
  readonly forms: readonly Form[];
}

export interface Found {
  readonly version: string;
  /** The program. */
  readonly path: string;
}

export interface Missing {
  /** For whoever reads the table: what is not there, and how to have it. */
  readonly missing: string;
}

/** One way in: a module format, a bundler, a flag. */
export interface Form {
  readonly name: string;
  run(stage: Stage, found: Found): Promise<readonly Result[]>;
}

/** What most runtimes can do. */
export const FEATURES: Features = { streamedUpload: true, asyncContext: false, collector: false };
