/** Section "check": single steps on a database with a million rows, and what looking for orphans adds to them. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { measure } from "../child.ts";
import { inRounds, type Series } from "../round.ts";
import { type Run, roundsOf } from "../run.ts";
import { spread } from "../statistics.ts";
import { cell, markdownTable, range, short } from "../table.ts";
import { type ToolEntry, tools } from "../tool.ts";
import { freshDatabase, settledCopy, type Workplace } from "../workplace.ts";

const ROWS = 1_000_000;
const PARENTS = 100_000;

/** A table, and a million rows that point into it; with no rows for comparison. Every child has a parent. */
function tablesSql(rows: number): string {
  const numbers = (count: number): string =>
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count}) INSERT INTO`;
  return [
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    `CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id), total INTEGER)`,
    `${numbers(rows === 0 ? 1 : PARENTS)} customers SELECT n, 'customer ' || n FROM numbers`,
    // The last customer has no orders.
    `${numbers(rows)} orders SELECT n, 1 + (n * 7919) % ${PARENTS - 1}, n % 1000 FROM numbers WHERE ${rows} > 0`,
    "",
  ].join(";\n");
}

interface StepEntry {
  readonly title: string;
  readonly sql: string;
}

const STEPS: readonly StepEntry[] = [
  { title: "add a column", sql: "ALTER TABLE orders ADD COLUMN note TEXT;\n" },
  { title: "add an index", sql: "CREATE INDEX orders_total ON orders (total);\n" },
  { title: "add a table", sql: "CREATE TABLE items (order_id INTEGER REFERENCES orders (id));\n" },
  { title: "insert one child", sql: `INSERT INTO orders VALUES (${ROWS + 1}, 1, 5);\n` },
  { title: "update one child", sql: "UPDATE orders SET customer_id = 3 WHERE id = 7;\n" },
  { title: "delete one parent", sql: `DELETE FROM customers WHERE id = ${PARENTS};\n` },
];

/** A line of the table: who runs the step, what is behind it in the file, and how many rows there are. */
interface Line {
  readonly label: string;
  readonly tool: ToolEntry;
  readonly behind: string;
  readonly rows: number;
}

type LineKey = "floor" | "floor-checked" | "lockstep" | "lockstep-empty";

function lines(): ReadonlyMap<LineKey, Line> {
  const [floor, lockstep] = tools(["floor", "lockstep"], undefined) as [ToolEntry, ToolEntry];
  return new Map<LineKey, Line>([
    ["floor", { label: "floor", tool: floor, behind: "", rows: ROWS }],
    [
      "floor-checked",
      {
        label: "floor, and `PRAGMA foreign_key_check`",
        tool: floor,
        behind: "PRAGMA foreign_key_check;\n",
        rows: ROWS,
      },
    ],
    ["lockstep", { label: "lockstep", tool: lockstep, behind: "", rows: ROWS }],
    ["lockstep-empty", { label: "lockstep, no rows", tool: lockstep, behind: "", rows: 0 }],
  ]);
}

/** Measures and gives the section's text. */
export async function checkSection(run: Run): Promise<string> {
  const rounds = roundsOf(run, 9);
  const byStep = new Map<StepEntry, Series<LineKey, number>>();
  const all = lines();
  for (const step of STEPS) {
    byStep.set(
      step,
      await inRounds<LineKey, number>({
        title: step.title,
        rounds,
        keys: [...all.keys()],
        measure: async (key) => measureStep(run.workplace, all.get(key) as Line, step),
      }),
    );
  }
  return [
    `### One step on ${ROWS.toLocaleString("en")} rows`,
    `${run.machine} · ${rounds} rounds · opening and call, milliseconds, median [min–max], then the ratio to the floor`,
    table(all, byStep),
    notes(),
    differences(byStep),
  ].join("\n\n");
}

async function measureStep(workplace: Workplace, { tool, behind, rows }: Line, step: StepEntry): Promise<number> {
  const prepared = await preparedTables(workplace, tool, rows);
  const database = settledCopy(workplace, prepared, "check");
  const directory = directoryOf(workplace, rows, step, behind);
  const { openMs, callMs } = await measure(tool, { database, directory }, workplace.buildDirectory);
  return openMs + callMs;
}

/** A database with the tables, made by the tool itself as its first migration. */
async function preparedTables(workplace: Workplace, tool: ToolEntry, rows: number): Promise<string> {
  const path = join(workplace.folder, `check-${tool.key}-${rows}.db`);
  if (existsSync(path)) return path;
  const draft = freshDatabase(workplace, "check-draft");
  await measure(tool, { database: draft, directory: directoryOf(workplace, rows) }, workplace.buildDirectory);
  renameSync(draft, path);
  return path;
}

function directoryOf({ folder }: Workplace, rows: number, step?: StepEntry, behind = ""): string {
  const name = step === undefined ? "tables" : step.title.replaceAll(" ", "-") + (behind === "" ? "" : "-checked");
  const directory = join(folder, "migrations", "check", String(rows), name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "001-tables.sql"), tablesSql(rows));
  if (step !== undefined) writeFileSync(join(directory, "002-step.sql"), step.sql + behind);
  return directory;
}

function table(all: ReadonlyMap<LineKey, Line>, byStep: ReadonlyMap<StepEntry, Series<LineKey, number>>): string {
  const columns = [...byStep];
  const rows = [...all].map(([key, { label, rows: count }]) => [
    label,
    // On no rows a step is another one: no ratio.
    ...columns.map(([, series]) =>
      count === 0 ? range(spread(series.get(key) ?? [])) : cell(series.get(key), series.get("floor")),
    ),
  ]);
  return markdownTable(["step", ...columns.map(([step]) => step.title)], rows);
}

function notes(): string {
  return [
    "What each one does for it:",
    [
      "- floor: foreign keys are on in its connection, so SQLite itself looks up the one row that is written.",
      "- floor, and `PRAGMA foreign_key_check`: the same, and the pragma in the migration, as one writes it who has foreign keys off for a rebuild. It looks at every row with a foreign key, and its findings are not even read.",
      "- lockstep: foreign keys are off. It looks for orphans before the step and after it, in the tables that the step can have left some in: none where something is only added, the child's where a row is written.",
    ].join("\n"),
  ].join("\n\n");
}

/** What lockstep adds to the floor, in milliseconds: the ratio says little where the floor is next to nothing. */
function differences(byStep: ReadonlyMap<StepEntry, Series<LineKey, number>>): string {
  return [...byStep]
    .map(([{ title }, series]) => {
      const base = series.get("floor") ?? [];
      const added = (key: LineKey): number =>
        spread((series.get(key) ?? []).map((value, round) => value - (base[round] ?? Number.NaN))).median;
      return `- ${title}: lockstep takes ${short(Math.max(0, added("lockstep")))} ms more than the floor; the floor with the pragma ${short(Math.max(0, added("floor-checked")))} ms.`;
    })
    .join("\n");
}
