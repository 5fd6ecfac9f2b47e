import { isMet, type Line, type Section, type Target } from "./row.ts";

/** The table as Markdown, which reads well in a terminal too. */
export function table(sections: readonly Section[], isJudged: boolean): string {
  const body = sections.flatMap(({ title, lines }) => [
    [
      `**${title}**`,
      ...headOf(isJudged)
        .slice(1)
        .map(() => ""),
    ],
    ...lines.map((line) => cells(line, isJudged)),
  ]);
  return markdown([headOf(isJudged), ...body]);
}

/** The same, with the title of a section before each of its lines. */
export function briefTable(sections: readonly Section[], isJudged: boolean): string {
  const body = sections.flatMap(({ title, lines }) =>
    lines.map((line) => cells({ ...line, work: `${title}: ${line.work}` }, isJudged)),
  );
  return markdown([headOf(isJudged), ...body]);
}

function headOf(isJudged: boolean): readonly string[] {
  return ["work", "measured", "beside", "ratio", ...(isJudged ? ["must reach", "met"] : [])];
}

function markdown(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const join = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [join(head), join(widths.map((width) => "-".repeat(width))), ...body.map(join)].join("\n");
}

function cells(line: Line, isJudged: boolean): string[] {
  const { work, unit, measured, peer, ratio, target } = line;
  const shown = [
    work,
    quantity(measured, unit),
    peer === undefined ? "" : `${peer.name} ${quantity(peer.value, unit)}`,
    ratio === undefined ? "" : ratio.toFixed(2),
  ];
  if (!isJudged) return shown;
  const isMetNow = isMet(line);
  return [
    ...shown,
    target === undefined ? "" : limit(target, unit),
    isMetNow === undefined ? "" : isMetNow ? "yes" : "**no**",
  ];
}

function limit({ of, most, least }: Target, unit: string): string {
  const text = (value: number): string => (of === "ratio" ? `${value.toFixed(2)} ×` : `${value} ${unit}`.trim());
  if (most !== undefined && most === least) return text(most);
  return most === undefined ? `≥ ${text(least ?? Number.NaN)}` : `≤ ${text(most)}`;
}

/** Three digits, more where they stand before the point. */
function quantity(value: number, unit: string): string {
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`.trim();
}
