/** Section "rebuild": a column of a million rows gets another type, and what that costs and loses with each tool. */
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Outcome, start } from "../child.ts";
import { inRounds, type Series } from "../round.ts";
import { type Run, roundsOf } from "../run.ts";
import { ratios } from "../statistics.ts";
import { cell, markdownTable, ratio, short } from "../table.ts";
import { type ToolEntry, type ToolKey, tools } from "../tool.ts";
import { canMeasureUsage, usageOf } from "../usage.ts";
import { freshDatabase, settledCopy, type Workplace } from "../workplace.ts";

const SIZES = [100_000, 1_000_000] as const;
const ROWS = SIZES[1];
const CHILDREN = 10_000;

/** The table before. Its last column is to become REAL; everything else is to stay. */
const COLUMNS = `id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL COLLATE NOCASE, name TEXT, score INTEGER NOT NULL DEFAULT 0 CHECK (score >= 0)`;

const WANTED = COLUMNS.replace("score INTEGER", "score REAL");

const INDEXES = ["CREATE INDEX accounts_email ON accounts (email)", "CREATE INDEX accounts_score ON accounts (score)"];

const TRIGGER =
  "CREATE TRIGGER accounts_log AFTER UPDATE OF email ON accounts BEGIN INSERT INTO log (account_id) VALUES (new.id); END";

/** Only in the last trial: with it some of the tools fail, and then there is nothing to measure. */
const VIEW = "CREATE VIEW account_names AS SELECT id, name FROM accounts";

/** The same table, rows, children and trigger for everybody. Account numbers have gone further than the rows that are left. */
function schemaSql(rows: number): string {
  const numbers = (count: number): string =>
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count}) INSERT INTO`;
  return [
    `CREATE TABLE accounts (${COLUMNS})`,
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE)",
    "CREATE INDEX notes_account ON notes (account_id)",
    "CREATE TABLE log (account_id INTEGER)",
    `${numbers(rows)} accounts SELECT n, 'user' || ((n * 7919) % ${rows}) || '@example.org', 'name ' || n, n % 1000 FROM numbers`,
    `${numbers(CHILDREN)} notes SELECT n, n FROM numbers`,
    `UPDATE sqlite_sequence SET seq = ${rows + 50}`,
    ...INDEXES,
    TRIGGER,
    "",
  ].join(";\n");
}

const COPIED = "id, email, name, score";

/** How each tool writes the change down. */
const FILES: Readonly<Partial<Record<ToolKey, Readonly<Record<string, string>>>>> = {
  "floor-rebuild": {
    "001-score.sql": [
      `CREATE TABLE new_accounts (${WANTED})`,
      `INSERT INTO new_accounts (${COPIED}) SELECT ${COPIED} FROM accounts`,
      "UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'accounts') WHERE name = 'new_accounts'",
      "DROP TABLE accounts",
      "ALTER TABLE new_accounts RENAME TO accounts",
      ...INDEXES,
      TRIGGER,
      "",
    ].join(";\n"),
  },
  lockstep: { "001-score.sql": `-- lockstep:rebuild\nCREATE TABLE accounts (${WANTED});\n` },
  // As drizzle-kit writes it, by its own source text: no trigger and no COLLATE, of which its schema knows nothing.
  drizzle: {
    "0000_score.sql": [
      "PRAGMA foreign_keys=OFF;",
      'CREATE TABLE `__new_accounts` (\n\t`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,\n\t`email` text NOT NULL,\n\t`name` text,\n\t`score` real DEFAULT 0 NOT NULL,\n\tCONSTRAINT "score_check" CHECK("__new_accounts"."score" >= 0)\n);\n',
      'INSERT INTO `__new_accounts`("id", "email", "name", "score") SELECT "id", "email", "name", "score" FROM `accounts`;',
      "DROP TABLE `accounts`;",
      "ALTER TABLE `__new_accounts` RENAME TO `accounts`;",
      "PRAGMA foreign_keys=ON;",
      "CREATE INDEX `accounts_email` ON `accounts` (`email`);",
      "CREATE INDEX `accounts_score` ON `accounts` (`score`);",
    ].join("--> statement-breakpoint\n"),
    "meta/_journal.json": JSON.stringify({
      version: "7",
      dialect: "sqlite",
      entries: [{ idx: 0, version: "6", when: 1_700_000_000_000, tag: "0000_score", breakpoints: true }],
    }),
  },
  knex: {
    "20260101000000_score.cjs": `exports.up = (knex) =>
  knex.schema.alterTable("accounts", (table) => {
    table.float("score").notNullable().defaultTo(0).alter();
  });

exports.down = async function () {};
`,
  },
};

const KEYS: readonly ToolKey[] = ["floor-rebuild", "lockstep", "drizzle", "knex"];

/** Measures and gives the section's text. */
export async function rebuildSection(run: Run): Promise<string> {
  const entries = tools(KEYS, run.tools);
  const rounds = roundsOf(run, 7);
  const results = new Map<ToolKey, Outcome>();
  const series: Series<ToolKey, number> = await inRounds<ToolKey, number>({
    title: "rebuild",
    rounds,
    keys: entries.map(({ key }) => key),
    async measure(key) {
      const tool = entries.find((entry) => entry.key === key) as ToolEntry;
      const place = { database: preparedCopy(run.workplace, ROWS), directory: directoryOf(run.workplace, key) };
      const outcome = await start(tool, place, run.workplace.buildDirectory).outcome;
      results.set(key, outcome);
      return outcome.kind === "done" ? outcome.timing.openMs + outcome.timing.callMs : Number.NaN;
    },
  });
  const rows: (readonly string[])[] = [];
  const failures: string[] = [];
  for (const tool of entries) {
    const found = await afterwards(run.workplace, tool);
    const view = await withView(run.workplace, tool);
    if (view.kind === "failed") failures.push(`- ${tool.label}, with a view: \`${view.message}\``);
    const peaks = await peaksOf(run.workplace, tool);
    const time = cell(series.get(tool.key), series.get("floor-rebuild"));
    rows.push([tool.label, time, peaks, ...found, view.kind === "failed" ? "fails" : "works"]);
  }
  return [
    `### A rebuild of ${ROWS.toLocaleString("en")} rows`,
    `${run.machine} · ${rounds} rounds · opening and call, milliseconds, median [min–max], then the ratio to the floor`,
    markdownTable(
      [
        "rebuild",
        "time",
        "peak MiB, 100,000 / 1,000,000 rows",
        "child rows",
        "trigger",
        "CHECK",
        "collation",
        "next id",
        "with a view",
      ],
      rows,
    ),
    notes(),
    ...(failures.length === 0 ? [] : ["What those that failed said:", failures.join("\n")]),
    verdict(series),
  ].join("\n\n");
}

function preparedCopy(workplace: Workplace, rows: number): string {
  const prepared = join(workplace.folder, `rebuild-${rows}.db`);
  if (!existsSync(prepared)) {
    const draft = freshDatabase(workplace, "rebuild-draft");
    const database = new DatabaseSync(draft);
    database.exec(schemaSql(rows));
    database.close();
    renameSync(draft, prepared);
  }
  return settledCopy(workplace, prepared, "rebuild");
}

function directoryOf({ folder }: Workplace, key: ToolKey): string {
  const directory = join(folder, "migrations", "rebuild", key);
  mkdirSync(join(directory, ...(key === "drizzle" ? ["meta"] : [])), { recursive: true });
  for (const [name, text] of Object.entries(FILES[key] ?? {})) writeFileSync(join(directory, name), text);
  return directory;
}

/** What is left of everything that should have stayed: found by one run more, in the database itself. */
async function afterwards(workplace: Workplace, tool: ToolEntry): Promise<readonly string[]> {
  const database = preparedCopy(workplace, SIZES[0]);
  const place = { database, directory: directoryOf(workplace, tool.key) };
  const outcome = await start(tool, place, workplace.buildDirectory).outcome;
  if (outcome.kind === "failed") return [`fails: ${outcome.message}`, "–", "–", "–", "–"];
  const handle = new DatabaseSync(database);
  try {
    const value = (sql: string): unknown => Object.values(handle.prepare(sql).get() ?? {})[0];
    const children = Number(value("SELECT count(*) FROM notes"));
    const triggers = Number(value("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"));
    const collation = Number(value("SELECT count(*) FROM accounts WHERE email = upper('user7@example.org')"));
    handle.exec("DELETE FROM accounts WHERE id >= 99999");
    const check = isRefused(handle, "UPDATE accounts SET score = -1 WHERE id = 1");
    const next = value("INSERT INTO accounts (email) VALUES ('new@example.org') RETURNING id");
    return [
      children === CHILDREN ? "all" : `${children} of ${CHILDREN}`,
      triggers === 1 ? "kept" : "lost",
      check ? "kept" : "lost",
      collation > 0 ? "kept" : "lost",
      next === SIZES[0] + 51 ? "kept" : "given again",
    ];
  } finally {
    handle.close();
  }
}

function isRefused(handle: DatabaseSync, sql: string): boolean {
  try {
    handle.exec(sql);
    return false;
  } catch {
    return true;
  }
}

/** One run more, on a database with a view that names the table. */
async function withView(workplace: Workplace, tool: ToolEntry): Promise<Outcome> {
  const database = preparedCopy(workplace, SIZES[0]);
  const handle = new DatabaseSync(database);
  handle.exec(VIEW);
  handle.close();
  return await start(tool, { database, directory: directoryOf(workplace, tool.key) }, workplace.buildDirectory).outcome;
}

async function peaksOf(workplace: Workplace, tool: ToolEntry): Promise<string> {
  if (!canMeasureUsage()) return "–";
  const peaks: string[] = [];
  for (const rows of SIZES) {
    const database = preparedCopy(workplace, rows);
    const script = join(workplace.buildDirectory, "measure.js");
    const parameters = [tool.adapter, tool.variant, database, directoryOf(workplace, tool.key)];
    const usage = await usageOf({ arguments: [script, ...parameters], folder: workplace.folder }, "wait4");
    peaks.push(usage.peakMib === undefined ? "–" : short(usage.peakMib));
  }
  return peaks.join(" / ");
}

function notes(): string {
  return [
    "A table with a CHECK, a collation, AUTOINCREMENT, two indexes, a trigger, and a child table with ON DELETE CASCADE and an index on its key; the column `score` goes from INTEGER to REAL. The time is that of the whole change. The last column is a trial of its own, on a database that also has a view which names the table. The peak is that of one process. What each one does for it:",
    [
      "- by hand: create, `INSERT … SELECT`, drop, rename, two indexes and the trigger, in one transaction with foreign keys off and `legacy_alter_table` on. No proof.",
      "- lockstep: `-- lockstep:rebuild`. Beside that, it compares every row with the old one, runs `integrity_check` of the table, looks for orphans, tries all triggers and views, and reads the schema back, before it commits.",
      "- drizzle-orm: the statements that drizzle-kit writes for this change. Its `PRAGMA foreign_keys=OFF` stands inside a transaction, where SQLite ignores it; `DROP TABLE` then deletes row by row, and the child rows with them.",
      '- knex: `table.float("score").notNullable().defaultTo(0).alter()` in a migration, which knex runs in a transaction unless told otherwise; foreign keys stay on in it, with the same effect.',
    ].join("\n"),
  ].join("\n\n");
}

function verdict(series: Series<ToolKey, number>): string {
  const own = series.get("lockstep");
  const floor = series.get("floor-rebuild");
  if (own === undefined || floor === undefined) return "";
  const throughput = ratios(floor, own);
  const { median, min, max } = throughput;
  return `- Aim, at least 0.8 times the throughput of the rebuild by hand: ${ratio(median)}, between ${ratio(min)} and ${ratio(max)}, ${median >= 0.8 ? "met" : "**not met**"}.`;
}
