/** Section "together": sixteen processes start at once on a database that does not exist yet. */
import { type Gate, type Outcome, start } from "../child.ts";
import { notesFor } from "../note.ts";
import { inRounds, pick } from "../round.ts";
import { type Run, roundsOf } from "../run.ts";
import { spread } from "../statistics.ts";
import { cell, markdownTable, short } from "../table.ts";
import { type ToolEntry, type ToolKey, tools } from "../tool.ts";
import { defect } from "../verify.ts";
import { directoryFor, freshDatabase } from "../workplace.ts";

const PROCESSES = 16;
const COUNT = 20;
const KEYS: readonly ToolKey[] = [
  "floor",
  "lockstep",
  "lockstep-all",
  "drizzle",
  "kysely",
  "knex",
  "umzug",
  "typeorm",
  "typeorm-each",
];

/** What sixteen processes did. */
interface Meeting {
  readonly wallMs: number;
  readonly failures: readonly string[];
  /** What is wrong with the database afterwards. */
  readonly defect: string | undefined;
}

/** Measures and gives the section's text. */
export async function togetherSection(run: Run): Promise<string> {
  const entries = tools(KEYS, run.tools);
  const rounds = roundsOf(run, 5);
  const started = await meetings(run, entries, {
    rounds,
    gate: "open",
    title: "16 started at once",
  });
  const called = await meetings(run, entries, { rounds, gate: "gate", title: "16 called at once" });
  const walls = pick(started, ({ wallMs }) => wallMs);
  const rows = entries.map(({ key, label }) => [
    label,
    cell(walls.get(key), walls.get("floor")),
    failed(started.get(key) ?? []),
    failed(called.get(key) ?? []),
    exactlyOnce([...(started.get(key) ?? []), ...(called.get(key) ?? [])]),
  ]);
  const head = [
    "tool",
    "wall until all are done",
    "failed, started at once",
    "failed, called at once",
    "each ran exactly once",
  ];
  return [
    "### Sixteen processes at once",
    `${run.machine} · ${rounds} rounds each · milliseconds, median [min–max], then the ratio to the floor`,
    `A database that does not exist yet, ${COUNT} migrations, ${PROCESSES} processes. _Started at once_: the processes are spawned together. _Called at once_: each waits after its opening until all are there, so that the calls really meet.`,
    markdownTable(head, rows),
    notesFor("together", entries),
    errors(entries, [started, called]),
  ].join("\n\n");
}

async function meetings(
  run: Run,
  entries: readonly ToolEntry[],
  plan: { readonly rounds: number; readonly gate: Gate; readonly title: string },
): Promise<ReadonlyMap<ToolKey, readonly Meeting[]>> {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  return inRounds<ToolKey, Meeting>({
    title: plan.title,
    rounds: plan.rounds,
    keys: [...byKey.keys()],
    measure: async (key) => {
      const entry = byKey.get(key);
      if (entry === undefined) throw new Error(`unknown tool: ${key}`);
      return meeting(run, entry, plan.gate);
    },
  });
}

async function meeting(run: Run, tool: ToolEntry, gate: Gate): Promise<Meeting> {
  const database = freshDatabase(run.workplace, `together-${tool.key}`);
  const directory = directoryFor(run.workplace, tool.layout, COUNT);
  const begin = performance.now();
  const children = Array.from({ length: PROCESSES }, () =>
    start(tool, { database, directory }, run.workplace.buildDirectory, gate),
  );
  if (gate === "gate") {
    await Promise.all(children.map(({ ready }) => ready));
    for (const child of children) child.go();
  }
  const outcomes: readonly Outcome[] = await Promise.all(children.map(({ outcome }) => outcome));
  const wallMs = performance.now() - begin;
  const failures = outcomes.flatMap((outcome) => (outcome.kind === "failed" ? [outcome.message] : []));
  return { wallMs, failures, defect: defect(database, COUNT) };
}

function failed(list: readonly Meeting[]): string {
  if (list.length === 0) return "–";
  const { median, min, max } = spread(list.map(({ failures }) => failures.length));
  return max === 0 ? "none" : `${median} [${min}–${max}] of ${PROCESSES}`;
}

function exactlyOnce(list: readonly Meeting[]): string {
  const wrong = list.filter((one) => one.defect !== undefined).length;
  return wrong === 0 ? "yes" : `no, ${wrong} of ${list.length} runs`;
}

/** Lists what the failed processes said, and what was wrong with their database, most frequent first. */
function errors(entries: readonly ToolEntry[], series: readonly ReadonlyMap<ToolKey, readonly Meeting[]>[]): string {
  const lines = entries.flatMap(({ key, label }) => {
    const list = series.flatMap((one) => one.get(key) ?? []);
    const said = frequent(list.flatMap(({ failures }) => failures.map((text) => `\`${text.replaceAll("`", "'")}\``)));
    const left = frequent(list.flatMap((one) => (one.defect === undefined ? [] : [one.defect])));
    if (said === "" && left === "") return [];
    const wall = short(spread(list.map(({ wallMs }) => wallMs)).max);
    return [`- ${label}: ${said}${left === "" ? "" : `; the database was left with ${left}`} (longest run ${wall} ms)`];
  });
  return lines.length === 0 ? "No process failed." : `What the failed processes said:\n\n${lines.join("\n")}`;
}

function frequent(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([text, count]) => `${text} (${count})`)
    .join(", ");
}
