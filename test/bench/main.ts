/* Measures the built package beside others: see --help. */
import { parseArguments, USAGE } from "./arguments.ts";
import { machine } from "./machine.ts";
import { writeBetweenMarkers } from "./readme.ts";
import { isMet, type Row, type Scale, type Section } from "./row.ts";
import { rows } from "./rows/all.ts";
import { briefTable, table } from "./table.ts";

const args = process.argv.slice(2);
const { short, json, readme, help, only, rounds } = parseArguments(args);

if (help) {
  console.log(`${USAGE}\n\nRows: ${rows.map(({ name }) => name).join(", ")}`);
} else {
  const scale: Scale = { short, rounds: (own) => rounds ?? (short ? Math.min(own, 2) : own) };
  const sections = await measure(chosen(), scale);
  const about = {
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    command: ["npm run bench", ...(args.length > 0 ? ["--", ...args] : [])].join(" "),
  };
  const told = (shown: string): string => `${about.date}, ${about.machine}: \`${about.command}\`\n\n${shown}`;
  const text = told(table(sections, !short));
  console.log(json ? JSON.stringify({ ...about, sections: short ? sections : judged(sections) }, undefined, 2) : text);
  if (readme) {
    await writeBetweenMarkers(new URL("README.md", import.meta.url), text);
    await writeBetweenMarkers(new URL("../../README.md", import.meta.url), told(briefTable(barred(sections), !short)));
  }
}

function chosen(): readonly Row[] {
  const unknown = only.find((wanted) => !rows.some(({ name }) => name === wanted));
  if (unknown !== undefined) throw new TypeError(`There is no row ${unknown}. ${USAGE}`);
  return only.length === 0 ? rows : rows.filter(({ name }) => only.includes(name));
}

async function measure(some: readonly Row[], scale: Scale): Promise<readonly Section[]> {
  const sections: Section[] = [];
  for (const row of some) {
    console.error(`${row.name} …`);
    sections.push({ name: row.name, title: row.title, lines: await row.measure(scale) });
  }
  return sections;
}

/** The first of what each section holds to a bar. */
function barred(sections: readonly Section[]): readonly Section[] {
  return sections
    .map((section) => ({ ...section, lines: section.lines.filter(({ target }) => target !== undefined).slice(0, 1) }))
    .filter(({ lines }) => lines.length > 0);
}

function judged(sections: readonly Section[]): readonly object[] {
  return sections.map((section) => ({
    ...section,
    lines: section.lines.map((line) => ({ ...line, met: isMet(line) })),
  }));
}
