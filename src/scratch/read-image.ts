/** Reads all that a scratch database holds, exactly: its objects, every row, and what the history says. */
import { rowidOf } from "../core/alter/row-id.ts";
import type { Schema, VirtualTable } from "../core/schema/schema.ts";
import type { Table } from "../core/schema/table.ts";
import type { Image, ImageObject, ImageRows } from "../core/squash/image.ts";
import { literal, type StoredValue } from "../core/squash/literal.ts";
import { foldIdentifier, isSameName, quoteIdentifier, quoteTable } from "../core/sql/quote.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection, Row, SqlValue } from "../driver/driver.ts";
import { LockstepError } from "../error.ts";
import { readApplied } from "../history/read.ts";
import { PROGRESS_KEY, VERSION_KEY } from "../history/tables.ts";
import { readHeader } from "../inspect/header.ts";
import { readSchema } from "../inspect/read-schema.ts";
import type { Session } from "../session.ts";

/** What a reader has to know beside the database itself. */
export interface ImageOptions {
  /** Gives the tables back that only look like shadow tables of a virtual one. */
  readonly separate: (schema: Schema) => Task<Schema>;
}

/** Reads the image. Throws `schema_unreadable` for an object that lockstep cannot read. */
export function* readImage(session: Session, { separate }: ImageOptions): Task<Image> {
  const { connection, tables: own } = session;
  const without = [own.metadata, own.history];
  const schema = yield* separate(yield* readSchema(session, without));
  const tables: ImageRows[] = [];
  for (const table of schema.tables) tables.push(yield* readTable(connection, table));
  for (const table of schema.virtualTables) tables.push(yield* readVirtual(connection, table));
  tables.push(yield* readMetadata(session));
  const rows = yield* readApplied(session);
  return {
    schema,
    objects: yield* readObjects(connection),
    tables,
    sequences: yield* readSequences(connection),
    settings: new Map(Object.entries(yield* readHeader(connection))),
    history: [...rows.values()].map(({ version, name, checksum, schemaHash, reverse }) => ({
      version,
      name,
      checksum,
      schemaHash,
      reverseSql: reverse.kind === "sql" ? reverse.sql : null,
    })),
  };
}

function* readTable(connection: Connection, table: Table): Task<ImageRows> {
  const { name, storage, rowidColumn, primaryKey } = table;
  const columns = table.columns.filter(({ generated }) => generated === undefined).map((column) => column.name);
  const rowid = storage === "rowid" ? rowidOf(table) : undefined;
  const alias = rowidColumn === undefined ? rowid : undefined;
  const order = rowid === undefined ? (primaryKey?.columns ?? []).map((key) => quoteIdentifier(key.name)) : [rowid];
  const named = alias === undefined ? columns : [alias, ...columns];
  const rows = yield* readRows(connection, { name, columns: named, order });
  const isNatural = alias !== undefined && rows.every(([id], index) => id === String(index + 1));
  return { name, columns: named, rows, numbers: isNatural ? "natural" : "kept" };
}

/** Of a full-text table the rows have numbers; of others, such as an R*Tree, the first column is the number. */
function* readVirtual(connection: Connection, table: VirtualTable): Task<ImageRows> {
  const { name, module, columns = [] } = table;
  const visible = columns.filter(({ visibility }) => visibility === "visible").map((column) => column.name);
  const isText = /^fts[345]$/i.test(module);
  const named = isText ? ["rowid", ...visible] : visible;
  const order = isText ? ["rowid"] : visible.map((column) => quoteIdentifier(column));
  if (isText && !(yield* hasOwnTexts(connection, table))) return { name, columns: named, rows: [], numbers: "kept" };
  return { name, columns: named, rows: yield* readRows(connection, { name, columns: named, order }), numbers: "kept" };
}

/**
 * Whether the rows of a full-text table are its own to write down. One that is about the texts of another table shows those, also where
 * it has not indexed them: of such a one nothing is to be written while its index is empty.
 */
function* hasOwnTexts(connection: Connection, { name, arguments: options, shadowTables }: VirtualTable): Task<boolean> {
  if (!options.some((option) => /^\s*content\s*=/i.test(option))) return true;
  const sizes = shadowTables.find((shadow) => isSameName(shadow.name, `${name}_docsize`));
  if (sizes === undefined) return true;
  const [first] = yield* wait(connection.query(`SELECT 1 FROM ${quoteTable(sizes.name)} LIMIT 1`));
  if (first === undefined) return false;
  // The index has to be that of the texts: else it could not be made again from them.
  const own = quoteIdentifier(name);
  try {
    yield* wait(connection.execute(`INSERT INTO ${quoteTable(name)} (${own}, rank) VALUES ('integrity-check', 1)`));
    return true;
  } catch (cause) {
    throw new LockstepError({
      code: "squash_refused",
      problem: `the full-text table ${JSON.stringify(name)} does not index what the table that it is about holds`,
      place: { kind: "argument", argument: "migrations" },
      outcome: "unchanged",
      hint: `let a migration end with INSERT INTO ${own}(${own}) VALUES ('rebuild'), or squash up to a version before it`,
      cause,
    });
  }
}

/** The rows of the metadata table that are the application's. */
function* readMetadata({ connection, tables }: Session): Task<ImageRows> {
  const where = `WHERE key IS NULL OR key NOT IN ('${VERSION_KEY}', '${PROGRESS_KEY}')`;
  const columns = ["key", "value"];
  const rows = yield* readRows(connection, { name: tables.metadata, columns, order: ["key"], where });
  return { name: tables.metadata, columns, rows, numbers: "kept" };
}

interface Query {
  readonly name: string;
  readonly columns: readonly string[];
  readonly order: readonly string[];
  readonly where?: string;
}

/** A result may have no more columns than a table, and two are asked for each: of a wide table they are read in turns. */
const TOGETHER = 500;

function* readRows(connection: Connection, query: Query): Task<readonly (readonly string[])[]> {
  const { columns, order } = query;
  // Without an order, two queries need not give the rows in the same one.
  const together = order.length === 0 ? Math.max(columns.length, 1) : TOGETHER;
  let rows: readonly (readonly string[])[] = [];
  for (let at = 0; at < columns.length; at += together) {
    const part = yield* readColumns(connection, query, columns.slice(at, at + together));
    rows = at === 0 ? part : rows.map((row, index) => [...row, ...(part[index] ?? [])]);
  }
  return rows;
}

function* readColumns(
  connection: Connection,
  { name, order, where = "" }: Query,
  columns: readonly string[],
): Task<readonly (readonly string[])[]> {
  const values = columns.flatMap((column, index) => {
    const one = quoteIdentifier(column);
    // As bytes and digits: a driver gives half of a text with NUL, and throws for an integer that JavaScript cannot hold.
    return [
      `typeof(${one}) AS t${index}`,
      `CASE typeof(${one}) WHEN 'real' THEN ${one} WHEN 'integer' THEN CAST(${one} AS TEXT)
        WHEN 'null' THEN NULL ELSE hex(CAST(${one} AS BLOB)) END AS v${index}`,
    ];
  });
  const by = order.length === 0 ? "" : ` ORDER BY ${order.join(", ")}`;
  const rows = yield* wait(connection.query(`SELECT ${values.join(", ")} FROM ${quoteTable(name)} ${where}${by}`));
  return rows.map((row) =>
    columns.map((_column, index) => literal(toValue(row[`t${index}`], row[`v${index}`] ?? null))),
  );
}

function toValue(type: SqlValue | undefined, value: SqlValue): StoredValue {
  switch (type) {
    case "integer":
      return { kind: "integer", digits: String(value) };
    case "real":
      return { kind: "real", number: Number(value) };
    case "blob":
      return { kind: "blob", hex: String(value) };
    case "text":
      return toText(String(value));
    default:
      return { kind: "null" };
  }
}

function toText(hex: string): StoredValue {
  const bytes = Buffer.from(hex, "hex");
  const { isUtf8 } = process.getBuiltinModule("node:buffer");
  return isUtf8(bytes) ? { kind: "text", text: bytes.toString("utf8") } : { kind: "damaged_text", hex };
}

/** What ANALYZE has counted is of rows, and counted again whenever somebody wants it. */
const OBJECTS = `SELECT type, name, tbl_name, sql FROM main.sqlite_schema
  WHERE name <> 'sqlite_sequence' AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY rowid`;

/** By name, but triggers of one event and time in the order in which they were made: that is the order in which they fire. */
function* readObjects(connection: Connection): Task<readonly ImageObject[]> {
  const rows = yield* wait(connection.query(OBJECTS));
  const places = new Map<string, number>();
  return rows.map((row: Row) => {
    const [type, name, table] = [String(row["type"]), String(row["name"]), foldIdentifier(String(row["tbl_name"]))];
    const sql = row["sql"] === null ? null : String(row["sql"]);
    if (type !== "trigger") return { label: `${type} ${JSON.stringify(name)}`, sql };
    const group = `${table} ${/\b(?:BEFORE|AFTER|INSTEAD)\b/i.exec(sql ?? "")?.[0].toUpperCase() ?? ""} ${/\b(?:INSERT|UPDATE|DELETE)\b/i.exec(sql ?? "")?.[0].toUpperCase() ?? ""}`;
    const place = (places.get(group) ?? 0) + 1;
    places.set(group, place);
    return { label: `trigger ${JSON.stringify(name)}`, sql: `${place} ${sql ?? ""}` };
  });
}

function* readSequences(connection: Connection): Task<ReadonlyMap<string, string>> {
  const found = yield* wait(connection.query("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'"));
  if (found.length === 0) return new Map();
  const rows = yield* wait(connection.query("SELECT name, CAST(seq AS TEXT) AS seq FROM main.sqlite_sequence"));
  return new Map(rows.map(({ name, seq }) => [String(name), String(seq)]));
}
