/** What a way back would destroy: measured by running it, looking, and rolling it back. */
import { toRef } from "../core/migration/reference.ts";
import type { Step } from "../core/plan/plan.ts";
import { quoteIdentifier, quoteTable } from "../core/sql/quote.ts";
import { Renames } from "../core/sql/renames.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import { notingConnection } from "../driver/noting.ts";
import { describeLoss, LockstepError, placeOfMigration } from "../error.ts";
import type { Loss } from "../report.ts";
import type { Session } from "../session.ts";

/** The columns of each table that holds the user's rows. */
type Tables = ReadonlyMap<string, readonly string[]>;

/** Rows, and values that are not NULL, of one table. */
interface Counts {
  readonly rows: number;
  readonly values: ReadonlyMap<string, number>;
}

/** Runs `body` in the open transaction, rolls it back, and throws `would_lose_data` if rows or values would be gone. */
export function* refuseLoss(session: Session, body: (session: Session) => Task<void>): Task<void> {
  const losses = yield* measure(session, body);
  if (losses.length > 0) throw lossError(session, losses);
}

/** What `body` destroys. The database is as before, and so is the open transaction. Nobody is told of what is only tried. */
export function* measure(session: Session, body: (session: Session) => Task<void>): Task<readonly Loss[]> {
  const { connection } = session;
  const renames = new Renames();
  const tablesBefore = yield* readTables(session);
  const changesBefore = yield* readChanges(connection);
  yield* wait(connection.execute("SAVEPOINT lockstep_measure"));
  yield* body({ ...session, connection: notingConnection(connection, (sql) => renames.note(sql)), emit: undefined });
  const tablesAfter = yield* readTables(session);
  const heirs = findHeirs(tablesBefore, tablesAfter, renames);
  // Dropping a table or a column changes no row as SQLite counts them; where nothing else has happened, only what is gone is counted.
  const rowsChanged = (yield* readChanges(connection)) !== changesBefore;
  const after = new Map<string, Counts>();
  for (const [table, heir] of heirs) {
    // What has another name may have been dropped under it.
    if (rowsChanged || heir.isRenamed)
      after.set(table, yield* count(connection, heir.table, [...heir.columns.values()]));
  }
  // Going back to a savepoint, SQLite passes by a virtual table that was made behind it, unless there is one behind its rows as well: what
  // a full-text table still had to write would then fail every later statement.
  yield* wait(connection.execute("SAVEPOINT lockstep_measured"));
  yield* wait(connection.execute("ROLLBACK TO lockstep_measure"));
  yield* wait(connection.execute("RELEASE lockstep_measure"));
  return yield* compare(connection, { tablesBefore, heirs, after });
}

/** What a table has become. */
interface Heir {
  /** What it is called afterwards. */
  readonly table: string;
  /** What each of its columns is called afterwards. Those that are gone are missing. */
  readonly columns: ReadonlyMap<string, string>;
  readonly isRenamed: boolean;
}

/** What every table has become, by its name before. Those that are gone are missing. */
function findHeirs(before: Tables, after: Tables, renames: Renames): ReadonlyMap<string, Heir> {
  const heirs = new Map<string, Heir>();
  const tables = { before: [...before.keys()], now: [...after.keys()] };
  for (const [name, own] of before) {
    const table = renames.tableOf(name, tables);
    if (table === undefined) continue;
    const names = { before: own, now: after.get(table) ?? [] };
    const columns = new Map<string, string>();
    for (const column of own) {
      const heir = renames.columnOf(column, table, names);
      if (heir !== undefined) columns.set(column, heir);
    }
    heirs.set(name, { table, columns, isRenamed: renames.has(table) });
  }
  return heirs;
}

function* compare(
  connection: Connection,
  {
    tablesBefore,
    heirs,
    after,
  }: { tablesBefore: Tables; heirs: ReadonlyMap<string, Heir>; after: ReadonlyMap<string, Counts> },
): Task<readonly Loss[]> {
  const losses: Loss[] = [];
  for (const [table, columns] of tablesBefore) {
    const heir = heirs.get(table);
    const gone = heir === undefined ? [] : columns.filter((column) => !heir.columns.has(column));
    const counted = after.get(table);
    if (heir !== undefined && gone.length === 0 && counted === undefined) continue;
    const before = yield* count(connection, table, counted === undefined ? gone : columns);
    const lostRows = before.rows - (heir === undefined ? 0 : (counted?.rows ?? before.rows));
    if (lostRows > 0) losses.push({ kind: "rows", table, count: lostRows });
    // Values that go with their row are not told twice.
    if (heir === undefined || lostRows > 0) continue;
    for (const [column, values] of before.values) {
      const now = heir.columns.get(column);
      const lost = values - (now === undefined ? 0 : (counted?.values.get(now) ?? values));
      if (lost > 0) losses.push({ kind: "values", table, column, count: lost });
    }
  }
  return losses;
}

function summarizeLosses([first, ...others]: readonly Loss[]): string {
  return first === undefined ? "nothing" : describeLoss(first) + (others.length === 0 ? "" : " and more");
}

/** The refusal of a way back that destroys something; its details name and count all of it. */
export function lossError(session: Session, losses: readonly Loss[]): LockstepError {
  return new LockstepError({
    code: "would_lose_data",
    problem: `going back would destroy ${summarizeLosses(losses)}`,
    place: { kind: "database", database: session.database },
    outcome: "rolled_back",
    hint: "save what you need first; then say --yes, in code allowLoss: true",
    losses,
  });
}

/** Ordinary tables and their stored columns. lockstep's own, SQLite's own and virtual tables hold no rows of the user's own. */
function* readTables({ connection, tables }: Session): Task<Tables> {
  const rows = yield* wait(
    connection.query(
      `SELECT list.name AS "table", info.name AS "column" FROM pragma_table_list AS list, pragma_table_xinfo(list.name, 'main') AS info
      WHERE list.schema = 'main' AND list.type = 'table' AND list.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND info.hidden = 0 AND list.name NOT IN (?, ?) ORDER BY list.name, info.cid`,
      [tables.metadata, tables.history],
    ),
  );
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const table = String(row["table"]);
    const columns = found.get(table) ?? [];
    columns.push(String(row["column"]));
    found.set(table, columns);
  }
  return found;
}

function* count(connection: Connection, table: string, columns: readonly string[]): Task<Counts> {
  const counters = columns.map((column) => `count(${quoteIdentifier(column)})`);
  // An array of results and not names: a column may have any name, also one that we would choose.
  const list = ["count(*)", ...counters].map((counter, index) => `${counter} AS c${index}`).join(", ");
  const [row] = yield* wait(connection.query(`SELECT ${list} FROM ${quoteTable(table)}`));
  const values = new Map(columns.map((column, index) => [column, Number(row?.[`c${index + 1}`] ?? 0)]));
  return { rows: Number(row?.["c0"] ?? 0), values };
}

function* readChanges(connection: Connection): Task<number> {
  const rows = yield* wait(connection.query("SELECT total_changes() AS changes"));
  return Number(rows[0]?.["changes"]);
}

/** The refusal of a way back that cannot be tried first. */
export function unmeasurableError({ migration }: Step): LockstepError {
  const { version, name, file } = migration;
  return new LockstepError({
    code: "would_lose_data",
    problem: `what going back from ${version} "${name}" would destroy cannot be measured: it runs without a transaction`,
    place: placeOfMigration(file),
    outcome: "unchanged",
    migration: toRef(migration),
    hint: "read its way down; then say --yes, in code allowLoss: true",
  });
}
