/** Everything that a change of a table must bring about or leave alone, as a value. */
import type { OpenHandle } from "../support/handle.ts";
import { quoted, type TableSpec } from "./altered-table.ts";

type Database = Pick<OpenHandle, "prepare">;

/** What is looked at. */
export interface Look {
  /** By table: the rows, each value as a literal, with their row ids. */
  readonly rows: Readonly<Record<string, readonly string[]>>;
  /** By table: what SQLite's pragmas say of it. */
  readonly shapes: Readonly<Record<string, readonly string[]>>;
  /** The text of every object but the table itself. */
  readonly texts: readonly string[];
  /** By table, in the order in which they were made: SQLite fires the newest first. */
  readonly triggers: readonly string[];
  readonly sequence: readonly string[];
  readonly integrity: string;
}

function all(database: Database, sql: string): readonly Readonly<Record<string, unknown>>[] {
  return database.prepare(sql).all() as readonly Readonly<Record<string, unknown>>[];
}

function flat(rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.values(row)));
}

/** Looks at a database, with the two tables of lockstep left out. */
export function lookAt(database: Database, table: TableSpec): Look {
  const objects = all(
    database,
    `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
      AND name NOT IN ('metadata', 'lockstep_history') ORDER BY type, name`,
  );
  const tables = objects.filter(({ type }) => type === "table").map(({ name }) => String(name));
  const hasSequence = all(database, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").length > 0;
  return {
    rows: Object.fromEntries(tables.map((name) => [name, rowsOf(database, name)])),
    shapes: Object.fromEntries(tables.map((name) => [name, shapeOf(database, name)])),
    texts: objects
      .filter(({ name }) => name !== table.name)
      .map(({ type, name, sql }) => `${String(type)} ${String(name)}: ${String(sql)}`),
    triggers: flat(
      all(database, "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY lower(tbl_name), rowid"),
    ),
    sequence: hasSequence
      ? flat(all(database, "SELECT name, CAST(seq AS TEXT) AS seq FROM sqlite_sequence ORDER BY name"))
      : [],
    integrity: String(all(database, "PRAGMA integrity_check")[0]?.["integrity_check"]),
  };
}

function literal(name: string): string {
  return `'${name.replaceAll("'", "''")}'`;
}

function rowsOf(database: Database, name: string): readonly string[] {
  const columns = all(database, `SELECT name FROM pragma_table_xinfo(${literal(name)})`).map((row) =>
    String(row["name"]),
  );
  const listed = all(database, `SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ${literal(name)}`);
  const taken = new Set(columns.map((column) => column.toLowerCase()));
  const alias =
    Number(listed[0]?.["wr"]) === 1 ? undefined : ["rowid", "_rowid_", "oid"].find((own) => !taken.has(own));
  const values = [...(alias === undefined ? [] : [alias]), ...columns.map(quoted)];
  const list = values.map((value, index) => `quote(${value}) AS c${index}`).join(", ");
  return flat(all(database, `SELECT ${list} FROM main.${quoted(name)}`)).toSorted();
}

function shapeOf(database: Database, name: string): readonly string[] {
  const own = literal(name);
  return [
    ...flat(all(database, `SELECT wr, strict FROM pragma_table_list WHERE schema = 'main' AND name = ${own}`)),
    ...flat(all(database, `SELECT cid, name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(${own})`)),
    ...flat(
      all(
        database,
        `SELECT list.name, list."unique", list.origin, list.partial, term.seqno, term.name AS term, term."desc", term.coll, term.key
          FROM pragma_index_list(${own}) AS list, pragma_index_xinfo(list.name) AS term ORDER BY 1, 5`,
      ),
    ),
    ...flat(
      all(
        database,
        `SELECT "from", "table", "to", on_update, on_delete FROM pragma_foreign_key_list(${own}) ORDER BY id, seq`,
      ),
    ),
  ];
}
