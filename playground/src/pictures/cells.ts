/** Where so many equal cells lie in a box: as large as they can be, in rows. */
export interface Cells {
  /** From one cell to the next, in CSS pixels. */
  readonly pitch: number;
  readonly columns: number;
}

const LARGEST = 26;
/** Down to this they lie in one row. */
const ONE_ROW = 13;

/** Finds room for cells in a box. */
export function layCells(count: number, width: number, height: number): Cells {
  const row = Math.floor(width / count);
  if (row >= ONE_ROW) return { pitch: Math.min(row, LARGEST), columns: count };
  let pitch = Math.min(LARGEST, height, width);
  while (pitch > 2 && Math.floor(width / pitch) * Math.floor(height / pitch) < count) pitch -= pitch > 8 ? 1 : 0.5;
  return { pitch, columns: Math.max(1, Math.floor(width / pitch)) };
}
