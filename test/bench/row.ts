/** How much to measure. */
export interface Scale {
  readonly short: boolean;
  /** Rounds asked for, else the row's own number, of which the short form takes at most two. */
  rounds(own: number): number;
}

/** What a line must reach: `most` or `least`, of the measured value or of its ratio to the peer. */
export interface Target {
  readonly of: "value" | "ratio";
  readonly most?: number;
  readonly least?: number;
}

/** What a line is compared with. */
export interface Peer {
  readonly name: string;
  readonly value: number;
}

/** One line of the table. */
export interface Line {
  readonly work: string;
  readonly unit: string;
  readonly measured: number;
  readonly peer?: Peer;
  /** The median of the rounds' own ratios, so that a machine that slows down slows both. */
  readonly ratio?: number;
  readonly target?: Target;
}

/** One kind of measurement: a few lines of the table that are measured together. */
export interface Row {
  /** As `--only` knows it. */
  readonly name: string;
  readonly title: string;
  measure(scale: Scale): Promise<readonly Line[]>;
}

/** The table's part that a row has measured. */
export interface Section {
  readonly name: string;
  readonly title: string;
  readonly lines: readonly Line[];
}

/** Whether a line reaches its target; undefined when it has none. */
export function isMet({ measured, ratio, target }: Line): boolean | undefined {
  if (target === undefined) return undefined;
  const value = target.of === "ratio" ? (ratio ?? Number.NaN) : measured;
  return value <= (target.most ?? Number.POSITIVE_INFINITY) && value >= (target.least ?? Number.NEGATIVE_INFINITY);
}
