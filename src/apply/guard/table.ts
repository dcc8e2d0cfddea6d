/** A table as the guard sees it: what it is called now, and how many rows and values it holds. */
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Row } from "../../driver/driver.ts";
import { PROGRESS_KEY, VERSION_KEY } from "../../history/tables.ts";
import type { Session } from "../../session.ts";

/** A table of the main database that holds rows of its own. */
export interface GuardedTable {
  readonly name: string;
  /** Those that are stored, by their folded names. */
  readonly columns: ReadonlyMap<string, GuardedColumn>;
}

export interface GuardedColumn {
  readonly name: string;
  readonly nulls: "allowed" | "refused";
}

/** The names of all tables there are now, by their folded names. */
export function* listTables({ connection }: Session): Task<ReadonlyMap<string, string>> {
  const rows = yield* wait(connection.query("SELECT name FROM main.sqlite_schema WHERE type = 'table'"));
  return new Map(rows.map((row) => [foldIdentifier(String(row["name"])), String(row["name"])]));
}

/** The table of this name; undefined where none is there, or what is there keeps no rows of its own. */
export function* findTable(session: Session, name: string): Task<GuardedTable | undefined> {
  const { connection } = session;
  const [found] = yield* wait(
    connection.query(
      "SELECT name, rootpage, sql FROM main.sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)",
      [name],
    ),
  );
  if (found === undefined || (Number(found["rootpage"] ?? 0) === 0 && !(yield* isStored(session, found))))
    return undefined;
  const rows = yield* wait(
    connection.query("SELECT name, \"notnull\", hidden FROM pragma_table_xinfo(?, 'main')", [String(found["name"])]),
  );
  const columns = rows
    .filter((row) => Number(row["hidden"]) === 0)
    .map((row): [string, GuardedColumn] => {
      const column = String(row["name"]);
      return [foldIdentifier(column), { name: column, nulls: Number(row["notnull"]) === 1 ? "refused" : "allowed" }];
    });
  return { name: String(found["name"]), columns: new Map(columns) };
}

/**
 * Whether a virtual table keeps rows: in tables of its own, which carry its name. A full-text table whose rows are those of another
 * table is an index of them (https://sqlite.org/fts5.html#external_content_tables).
 */
function* isStored({ connection }: Session, { name, sql }: Row): Task<boolean> {
  if (/\bcontent\s*=\s*(?!["'`]{2}|\s*[,)])/i.test(String(sql))) return false;
  const rows = yield* wait(
    connection.query(
      "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0 AND substr(lower(name), 1, length(?) + 1) = lower(?) || '_' LIMIT 1",
      [String(name), String(name)],
    ),
  );
  return rows.length > 0;
}

/** How many rows a table has, and how many values that are not NULL in each of these columns. One pass over the table. */
export interface Counts {
  readonly rows: number;
  /** By folded names. Those that refuse NULL have as many as there are rows. */
  readonly values: ReadonlyMap<string, number>;
}

/** Counts. lockstep's own rows of the metadata table are not the user's. */
export function* count(session: Session, table: GuardedTable, columns: Iterable<string> = []): Task<Counts> {
  const wanted = [...columns].flatMap((key) => table.columns.get(key) ?? []);
  const nullable = wanted.filter(({ nulls }) => nulls === "allowed");
  const counters = ["count(*)", ...nullable.map(({ name }) => `count(${quoteIdentifier(name)})`)];
  const list = counters.map((counter, index) => `${counter} AS c${index}`).join(", ");
  const isMetadata = isSameName(table.name, session.tables.metadata);
  const where = isMetadata ? ` WHERE "key" NOT IN ('${VERSION_KEY}', '${PROGRESS_KEY}')` : "";
  const [row] = yield* wait(session.connection.query(`SELECT ${list} FROM ${quoteTable(table.name)}${where}`));
  const number = (index: number): number => Number(row?.[`c${index}`] ?? 0);
  const counted = nullable.map(({ name }, index): [string, number] => [foldIdentifier(name), number(index + 1)]);
  const full = wanted
    .filter(({ nulls }) => nulls === "refused")
    .map(({ name }): [string, number] => [foldIdentifier(name), number(0)]);
  return { rows: number(0), values: new Map([...full, ...counted]) };
}

/** Whether a table has a row at all, or a value in a column: read up to the first one. */
export function* holds({ connection }: Session, table: string, column?: string): Task<boolean> {
  const where = column === undefined ? "" : ` WHERE ${quoteIdentifier(column)} IS NOT NULL`;
  const rows = yield* wait(connection.query(`SELECT 1 FROM ${quoteTable(table)}${where} LIMIT 1`));
  return rows.length > 0;
}
