/** Puts the tables into docs/performance.md: between its markers, each section on its own, and nothing else is touched. */
import { readFileSync, writeFileSync } from "node:fs";

const START = "<!-- bench:start -->";
const END = "<!-- bench:end -->";

/** The sections, in the order of the page. */
export const SECTIONS: readonly ["start", "apply", "check", "rebuild", "schema", "status", "together", "size"] = [
  "start",
  "apply",
  "check",
  "rebuild",
  "schema",
  "status",
  "together",
  "size",
];

export type SectionName = (typeof SECTIONS)[number];

/** Replaces the sections that were measured and keeps the others as they are. Throws where the page has no markers. */
export function writeSections(path: string, measured: ReadonlyMap<SectionName, string>): void {
  const page = readFileSync(path, "utf8");
  const start = page.indexOf(START);
  const end = page.indexOf(END);
  if (start === -1 || end < start) throw new Error(`${path} has no ${START} … ${END}`);
  const old = page.slice(start + START.length, end);
  const sections = SECTIONS.map((name) => {
    const text = measured.get(name) ?? sectionIn(old, name);
    return `${marker(name)}\n\n${text.trim()}\n`;
  });
  writeFileSync(path, `${page.slice(0, start)}${START}\n\n${sections.join("\n")}\n${page.slice(end)}`);
}

function sectionIn(text: string, name: SectionName): string {
  const start = text.indexOf(marker(name));
  if (start === -1) return "Not measured yet.";
  const rest = text.slice(start + marker(name).length);
  const next = rest.indexOf("<!-- bench:section");
  return next === -1 ? rest : rest.slice(0, next);
}

function marker(name: SectionName): string {
  return `<!-- bench:section ${name} -->`;
}
