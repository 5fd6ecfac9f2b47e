import { judge, type Side, SIDE_ROWS, type SideRow } from "./side-rows.ts";

/** Fewer requests than this tell nothing. */
const FEWEST = 10;
/** So many things are named on each side. */
const NAMED = 2;

/** What came of it, in a sentence. */
export function verdictOf(a: Side, b: Side, nameA: string, nameB: string): string {
  if (Math.min(a.measures.sent, b.measures.sent) < FEWEST) return "Too early to tell: hardly anything has been sent.";
  const forA: SideRow[] = [];
  const forB: SideRow[] = [];
  let equal = 0;
  for (const row of SIDE_ROWS) {
    const verdict = judge(row, a, b);
    if (verdict === 0) equal++;
    else if (verdict !== undefined) (verdict < 0 ? forA : forB).push(row);
  }
  const judged = equal + forA.length + forB.length;
  if (equal === judged) return `${nameA} and ${nameB} do equally well, in all ${judged} that can be judged.`;
  const parts: string[] = [];
  if (forA.length > 0) parts.push(`${nameA} does better in ${listOf(forA, (row) => against(row, a, b))}`);
  if (forB.length > 0) parts.push(`${nameB} does better in ${listOf(forB, (row) => against(row, b, a))}`);
  if (equal > 0) parts.push(`in ${equal} of ${judged} they are equal`);
  return `${parts.join("; ")}.`;
}

function against({ label, name = label, text, brief = text }: SideRow, better: Side, worse: Side): string {
  return `${name} (${brief(better)} against ${brief(worse)})`;
}

function listOf(rows: readonly SideRow[], inWords: (row: SideRow) => string): string {
  const named = rows.slice(0, NAMED).map(inWords);
  const more = rows.length - named.length;
  if (more > 0) named.push(`${more} more`);
  return named.length === 1 ? (named[0] ?? "") : `${named.slice(0, -1).join(", ")} and ${named.at(-1) ?? ""}`;
}
