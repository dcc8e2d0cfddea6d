/** One run of the benchmark: what the command line asked for, and where the files are. */
import { parseArgs } from "node:util";
import { SECTIONS, type SectionName } from "./page.ts";
import { isToolKey } from "./tool.ts";
import type { Workplace } from "./workplace.ts";

/** What the command line asked for. */
export interface Flags {
  readonly sections: readonly SectionName[];
  /** Instead of each section's own number. */
  readonly rounds: number | undefined;
  /** `quick` takes 3 rounds and leaves 5,000 migrations out; its figures only show that everything runs. */
  readonly pace: "full" | "quick";
  /** Where the run keeps its files; a new folder that is removed at the end, where none is named. */
  readonly work: string | undefined;
  readonly tools: readonly string[] | undefined;
  readonly output: "page" | "stdout";
}

/** What a section gets. */
export interface Run extends Flags {
  readonly workplace: Workplace;
  readonly packageDirectory: string;
  /** The line under each heading: the machine and the versions. */
  readonly machine: string;
}

/** Gives the number of rounds of a section. */
export function roundsOf(flags: Flags, usual: number): number {
  return flags.rounds ?? (flags.pace === "quick" ? 3 : usual);
}

/** Reads the command line; throws on what it does not know. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: "string" },
      size: { type: "boolean", default: false },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      tools: { type: "string" },
      work: { type: "string" },
      print: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",") ?? SECTIONS.filter((name) => name !== "size" || values.size);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw new Error("--rounds takes a number from 1");
  const wanted = values.tools?.split(",");
  for (const key of wanted ?? []) if (!isToolKey(key)) throw new Error(`no such tool: ${key}`);
  return {
    sections: names.map((name) => sectionName(name)),
    rounds,
    pace: values.quick ? "quick" : "full",
    work: values.work,
    tools: wanted,
    // Half a table on the page would be mistaken for a whole one.
    output: values.print || values.quick || wanted !== undefined ? "stdout" : "page",
  };
}

function sectionName(name: string): SectionName {
  const found = SECTIONS.find((section) => section === name);
  if (found === undefined) throw new Error(`no such section: ${name}; there are ${SECTIONS.join(", ")}`);
  return found;
}
