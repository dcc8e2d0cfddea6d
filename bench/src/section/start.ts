/** Section "start": a server starts and nothing is pending. */
import { measure } from "../child.ts";
import type { Timing } from "../measure.ts";
import { aim, leaders } from "../verdict.ts";
import { notesFor } from "../note.ts";
import { inRounds, pick, type Series } from "../round.ts";
import { type Run, roundsOf } from "../run.ts";
import { ratios } from "../statistics.ts";
import { cell, markdownTable } from "../table.ts";
import { type ToolEntry, type ToolKey, tools } from "../tool.ts";
import { defect } from "../verify.ts";
import { directoryFor, preparedDatabase, SIZES } from "../workplace.ts";

const KEYS: readonly ToolKey[] = [
  "floor",
  "lockstep",
  "lockstep-handle",
  "drizzle",
  "kysely",
  "knex",
  "umzug",
  "typeorm",
];

/** Measures and gives the section's text. */
export async function startSection(run: Run): Promise<string> {
  const entries = tools(KEYS, run.tools);
  const rounds = roundsOf(run, 15);
  const sizes = run.pace === "quick" ? SIZES.slice(0, 3) : SIZES;
  const totals = new Map<number, Series<ToolKey, number>>();
  const calls = new Map<number, Series<ToolKey, number>>();
  for (const size of sizes) {
    const timings = await startTimes(run, entries, size, rounds);
    totals.set(
      size,
      pick(timings, ({ importMs, openMs, callMs }) => importMs + openMs + callMs),
    );
    calls.set(
      size,
      pick(timings, ({ callMs }) => callMs),
    );
  }
  return [
    "### Start with nothing to do",
    `${run.machine} · ${rounds} rounds · milliseconds, median [min–max], then the ratio to the floor`,
    "**Import, open and call**, in a fresh process:",
    table(entries, totals),
    "**The call alone:**",
    table(entries, calls),
    notesFor("start", entries),
    verdicts(entries, totals, calls),
  ].join("\n\n");
}

async function startTimes(
  run: Run,
  entries: readonly ToolEntry[],
  size: number,
  rounds: number,
): Promise<Series<ToolKey, Timing>> {
  const places = new Map<ToolKey, { database: string; directory: string; entry: ToolEntry }>();
  for (const entry of entries) {
    const database = await preparedDatabase(run.workplace, entry, size);
    places.set(entry.key, {
      database,
      directory: directoryFor(run.workplace, entry.layout, size),
      entry,
    });
  }
  const series = await inRounds<ToolKey, Timing>({
    title: `start, ${size} applied`,
    rounds,
    keys: entries.map(({ key }) => key),
    measure: async (key) => {
      const place = places.get(key);
      if (place === undefined) throw new Error(`nothing prepared for ${key}`);
      return measure(place.entry, place, run.workplace.buildDirectory);
    },
  });
  for (const [key, { database }] of places) {
    const wrong = defect(database, size);
    if (wrong !== undefined) throw new Error(`${key} did something although nothing was pending: ${wrong}`);
  }
  return series;
}

function table(entries: readonly ToolEntry[], bySize: ReadonlyMap<number, Series<ToolKey, number>>): string {
  const head = ["applied", ...[...bySize.keys()].map((size) => size.toLocaleString("en"))];
  const rows = entries.map(({ key, label }) => [
    label,
    ...[...bySize.values()].map((series) => cell(series.get(key), series.get("floor"))),
  ]);
  return markdownTable(head, rows);
}

function verdicts(
  entries: readonly ToolEntry[],
  totals: ReadonlyMap<number, Series<ToolKey, number>>,
  calls: ReadonlyMap<number, Series<ToolKey, number>>,
): string {
  const lines: string[] = [];
  for (const [size, series] of totals) {
    const ours = series.get("lockstep");
    const floor = series.get("floor");
    if (ours === undefined || floor === undefined) continue;
    const { median } = ratios(ours, floor);
    if (size === 10) lines.push(aim("start at 10 applied: at most 1.5× the floor", median, 1.5));
    if (size >= 1000)
      lines.push(aim(`start at ${size.toLocaleString("en")} applied: faster than the floor`, median, 1));
  }
  lines.push(leaders({ title: "import, open and call", ours: "lockstep", entries, rows: totals }));
  lines.push(leaders({ title: "the call alone", ours: "lockstep", entries, rows: calls }));
  return lines.join("\n").trim();
}
