/** Section "apply": an empty database gets all its migrations. */
import { measure } from "../child.ts";
import { inRounds, pick, type Series } from "../round.ts";
import type { Timing } from "../measure.ts";
import { notesFor } from "../note.ts";
import { type Run, roundsOf } from "../run.ts";
import { ratios } from "../statistics.ts";
import { cell, markdownTable } from "../table.ts";
import { type ToolEntry, type ToolKey, tools } from "../tool.ts";
import { aim, leaders } from "../verdict.ts";
import { defect } from "../verify.ts";
import { directoryFor, freshDatabase } from "../workplace.ts";

/** Tools that commit for each migration are compared with each other, and so are those that commit once. */
const GROUPS: readonly {
  readonly title: string;
  readonly kind: string;
  readonly floor: ToolKey;
  readonly ours: ToolKey;
  readonly keys: readonly ToolKey[];
}[] = [
  {
    title: "**A commit for each migration** (or more):",
    kind: "a commit each",
    floor: "floor",
    ours: "lockstep",
    keys: ["floor", "lockstep", "typeorm-each", "kysely", "umzug"],
  },
  {
    title: "**One transaction for the run:**",
    kind: "one transaction",
    floor: "floor-all",
    ours: "lockstep-all",
    keys: ["floor-all", "lockstep-all", "drizzle", "knex", "typeorm"],
  },
];

/** Migrations to apply, and the usual number of rounds. */
const COUNTS: ReadonlyMap<number, number> = new Map([
  [100, 15],
  [1000, 7],
]);

/** Measures and gives the section's text. */
export async function applySection(run: Run): Promise<string> {
  const keys = GROUPS.flatMap((group) => group.keys);
  const entries = tools(keys, run.tools);
  const byCount = new Map<number, Series<ToolKey, number>>();
  const calls = new Map<number, Series<ToolKey, number>>();
  for (const [count, usual] of COUNTS) {
    const timings = await applyTimes(run, entries, count, roundsOf(run, usual));
    byCount.set(
      count,
      pick(timings, ({ importMs, openMs, callMs }) => importMs + openMs + callMs),
    );
    calls.set(
      count,
      pick(timings, ({ callMs }) => callMs),
    );
  }
  const rounds = [...COUNTS].map(
    ([count, usual]) => `${roundsOf(run, usual)} rounds for ${count.toLocaleString("en")}`,
  );
  return [
    "### Apply from empty",
    `${run.machine} · ${rounds.join(", ")} · milliseconds, median [min–max], then the ratio to the floor`,
    ...GROUPS.flatMap((group) => [group.title, table(entries, group, byCount, calls)]),
    notesFor("apply", entries),
    verdicts(entries, byCount, calls),
  ].join("\n\n");
}

async function applyTimes(
  run: Run,
  entries: readonly ToolEntry[],
  count: number,
  rounds: number,
): Promise<Series<ToolKey, Timing>> {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return inRounds<ToolKey, Timing>({
    title: `apply ${count}`,
    rounds,
    keys: [...byKey.keys()],
    measure: async (key) => {
      const entry = byKey.get(key);
      if (entry === undefined) throw new Error(`unknown tool: ${key}`);
      const database = freshDatabase(run.workplace, `apply-${key}`);
      const directory = directoryFor(run.workplace, entry.layout, count);
      const timing = await measure(entry, { database, directory }, run.workplace.buildDirectory);
      const wrong = defect(database, count);
      if (wrong !== undefined) throw new Error(`${key} did not apply ${count} migrations: ${wrong}`);
      freshDatabase(run.workplace, `apply-${key}`);
      return timing;
    },
  });
}

function table(
  entries: readonly ToolEntry[],
  group: (typeof GROUPS)[number],
  totals: ReadonlyMap<number, Series<ToolKey, number>>,
  calls: ReadonlyMap<number, Series<ToolKey, number>>,
): string {
  const columns = [
    ...[...totals].map(([count, series]) => ({
      head: `${count.toLocaleString("en")}: all`,
      series,
    })),
    ...[...calls].map(([count, series]) => ({
      head: `${count.toLocaleString("en")}: the call`,
      series,
    })),
  ];
  const rows = entries
    .filter(({ key }) => group.keys.includes(key))
    .map(({ key, label }) => [label, ...columns.map(({ series }) => cell(series.get(key), series.get(group.floor)))]);
  return markdownTable(["migrations", ...columns.map(({ head }) => head)], rows);
}

function verdicts(
  entries: readonly ToolEntry[],
  totals: ReadonlyMap<number, Series<ToolKey, number>>,
  calls: ReadonlyMap<number, Series<ToolKey, number>>,
): string {
  const lines: string[] = [];
  for (const { kind, ours, floor, keys } of GROUPS) {
    for (const [count, series] of totals) {
      const own = series.get(ours);
      const base = series.get(floor);
      if (own === undefined || base === undefined) continue;
      const text = `apply ${count.toLocaleString("en")}, ${kind}: at most 1.1× the floor`;
      lines.push(aim(text, ratios(own, base).median, 1.1));
    }
    const members = entries.filter(({ key }) => keys.includes(key));
    lines.push(leaders({ title: `${kind}, all`, ours, entries: members, rows: totals }));
    lines.push(leaders({ title: `${kind}, the call`, ours, entries: members, rows: calls }));
  }
  return lines.filter((line) => line !== "").join("\n");
}
