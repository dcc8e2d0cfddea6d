/** Reads what SQLite says of the objects of a database: their texts, and what its pragmas report. */
import { wait, type Task } from "../core/task.ts";
import type { Connection, Row } from "../driver/driver.ts";
import { groupBy } from "./group-by.ts";

/** A row of the schema's table. */
export interface StoredObject {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  /** Null for the indexes that SQLite makes itself. */
  readonly sql: string | null;
  /** `damaged`: its bytes are no text, so that `sql` is not what is stored. */
  readonly text: "whole" | "damaged";
}

/** The rows of a pragma, by the exact name of the table. */
export type RowsByTable = ReadonlyMap<string, readonly Row[]>;

/** Everything that SQLite says of one schema, read at one moment. */
export interface Catalog {
  readonly objects: readonly StoredObject[];
  /** The tables that were asked about, each with its text and those of its indexes as one. */
  readonly asked: ReadonlyMap<string, string>;
  /** Of pragma_table_list. */
  readonly listed: ReadonlyMap<string, Row>;
  /** Of pragma_table_xinfo; virtual tables and views have none here, nor has a table that was not asked about. */
  readonly columns: RowsByTable;
  /** Of pragma_index_list and pragma_index_xinfo: one row for each term of each index. */
  readonly terms: RowsByTable;
  /** Of pragma_foreign_key_list. */
  readonly foreignKeys: RowsByTable;
  /** Of pragma_table_xinfo for each virtual table whose module the connection has. */
  readonly virtualColumns: RowsByTable;
}

// One statement for all tables, and not one for each: with 1,000 tables that is 20 ms instead of 70. Views are left out, since a
// view that is broken makes its pragmas fail, and those of all other tables with them; virtual tables, since a module that is not
// there does the same.
const ORDINARY = "main.sqlite_schema AS object";
const IS_ORDINARY = "object.type = 'table' AND object.rootpage > 0";
const IS_NAMED = " AND object.name IN (SELECT value FROM json_each(?))";

const OBJECTS = "SELECT type, name, tbl_name, sql, rootpage, rowid AS id FROM main.sqlite_schema ORDER BY rowid";
const IS_SAME_TEXT = "SELECT CAST(sql AS BLOB) = CAST(? AS BLOB) AS same FROM main.sqlite_schema WHERE rowid = ?";
const LISTED = "SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'";
const COLUMNS = `SELECT object.name AS owner, info.* FROM ${ORDINARY}, pragma_table_xinfo(object.name, 'main') AS info
  WHERE ${IS_ORDINARY}`;
const TERMS = `SELECT object.name AS owner, list.name AS "index", list."unique", list.origin, list.partial,
    term.seqno, term.cid, term.name, term."desc", term.coll
  FROM ${ORDINARY}, pragma_index_list(object.name, 'main') AS list, pragma_index_xinfo(list.name, 'main') AS term
  WHERE ${IS_ORDINARY} AND term.key = 1`;
const FOREIGN_KEYS = `SELECT object.name AS owner, key.id, key.seq, key."table" AS parent, key."from", key."to", key.on_update, key.on_delete
  FROM ${ORDINARY}, pragma_foreign_key_list(object.name, 'main') AS key WHERE ${IS_ORDINARY}`;
const VIRTUAL_COLUMNS = "SELECT name, type, hidden FROM pragma_table_xinfo(?, 'main')";

/**
 * Reads the catalog, again where another connection has changed the schema meanwhile. No transaction is opened: the handle may be
 * somebody else's, who has one open, or opens one. SQLite is not asked about tables that are in `compared`.
 */
export function* readCatalog(connection: Connection, compared: ReadonlySet<string>): Task<Catalog> {
  for (;;) {
    const before = yield* readCookie(connection);
    const catalog = yield* readOnce(connection, compared);
    if (before === (yield* readCookie(connection))) return catalog;
  }
}

function* readOnce(connection: Connection, compared: ReadonlySet<string>): Task<Catalog> {
  const objects = yield* wait(connection.query(OBJECTS));
  const listed = yield* wait(connection.query(LISTED));
  const virtualColumns = new Map<string, readonly Row[]>();
  for (const { type, name, rootpage } of objects) {
    if (type !== "table" || Number(rootpage ?? 0) !== 0) continue;
    const columns = yield* readVirtualColumns(connection, String(name));
    if (columns !== undefined) virtualColumns.set(String(name), columns);
  }
  const damaged = new Set<Row>();
  for (const row of objects.filter(({ sql }) => String(sql).includes(REPLACEMENT))) {
    if (yield* isDamaged(connection, row)) damaged.add(row);
  }
  const stored = objects.map((row) => toObject(row, damaged.has(row) ? "damaged" : "whole"));
  const texts = textsOf(stored);
  const asked = new Map([...texts].filter(([, text]) => !compared.has(text)));
  const names = asked.size === texts.size ? undefined : [...asked.keys()];
  return {
    objects: stored,
    asked,
    listed: new Map(listed.map((row) => [String(row["name"]), row])),
    columns: yield* readByTable(connection, COLUMNS, names),
    terms: yield* readByTable(connection, TERMS, names),
    foreignKeys: yield* readByTable(connection, FOREIGN_KEYS, names),
    virtualColumns,
  };
}

/** It rises with every change of the schema (https://sqlite.org/pragma.html#pragma_schema_version). */
export function* readCookie(connection: Connection): Task<number> {
  const [row] = yield* wait(connection.query("PRAGMA main.schema_version"));
  return Number(row?.["schema_version"]);
}

/** Without names, of all tables. */
function* readByTable(connection: Connection, sql: string, names: readonly string[] | undefined): Task<RowsByTable> {
  if (names?.length === 0) return new Map();
  const rows =
    names === undefined
      ? yield* wait(connection.query(sql))
      : yield* wait(connection.query(sql + IS_NAMED, [JSON.stringify(names)]));
  return groupBy(rows, (row) => String(row["owner"]));
}

/** The text of each table with those of its indexes: what SQLite says of it follows from these. */
function textsOf(objects: readonly StoredObject[]): ReadonlyMap<string, string> {
  const indexes = groupBy(
    objects.filter(({ type, sql }) => type === "index" && sql !== null),
    ({ table }) => table,
  );
  const tables = objects.filter(({ type }) => type === "table");
  return new Map(
    tables.map(({ name, sql }) => [name, [sql, ...(indexes.get(name) ?? []).map((index) => index.sql)].join("\0")]),
  );
}

/** Undefined where SQLite cannot ask the module, mostly because the connection does not have it. */
function* readVirtualColumns(connection: Connection, name: string): Task<readonly Row[] | undefined> {
  try {
    return yield* wait(connection.query(VIRTUAL_COLUMNS, [name]));
  } catch (error) {
    if (connection.failure(error)?.kind !== "other") throw error;
    return undefined;
  }
}

/** What JavaScript puts in the place of bytes that are no text. */
const REPLACEMENT = "\uFFFD";

/** Whether the bytes of a text are other ones than those of what was read: then nothing may be made of it. */
function* isDamaged(connection: Connection, { sql, id }: Row): Task<boolean> {
  const [row] = yield* wait(connection.query(IS_SAME_TEXT, [String(sql), Number(id)]));
  return Number(row?.["same"] ?? 1) === 0;
}

function toObject({ type, name, tbl_name: table, sql }: Row, text: StoredObject["text"]): StoredObject {
  return { type: String(type), name: String(name), table: String(table), sql: sql === null ? null : String(sql), text };
}
