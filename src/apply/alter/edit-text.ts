/** Changes a table by its stored text alone: its rows stay as they are, and have to mean the same as before. */
import type { SchemaEdit } from "../../core/alter/choose.ts";
import { defaultExpression } from "../../core/alter/default-value.ts";
import type { Column, Table } from "../../core/schema/table.ts";
import { quoteIdentifier, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";
import type { Altering } from "./altering.ts";
import { refuseBreaches } from "./prove-table.ts";
import { editSchema } from "./schema-text.ts";

/**
 * Puts the wanted text in place. False, with everything as it was, where a row would mean something else: one from before ALTER TABLE ADD
 * COLUMN has no value of its own there, and SQLite reads the column's default in its place (https://sqlite.org/fileformat2.html).
 */
export function* editText(
  altering: Altering,
  { current, edit, rows }: { readonly current: Table; readonly edit: SchemaEdit; readonly rows: number },
): Task<boolean> {
  const { connection } = altering.session;
  const { name, sql } = current;
  const watched = rows === 0 ? [] : edit.defaults;
  const before = yield* valuesOf(connection, name, watched);
  yield* editSchema(connection, { name, sql: edit.sql });
  const after = yield* valuesOf(connection, name, watched);
  if (before !== after) {
    yield* editSchema(connection, { name, sql });
    return false;
  }
  // No page was written, so that there is nothing in them to check.
  if (edit.checks === "rows" && rows > 0) yield* refuseBreaches(altering);
  return true;
}

const STORED = ["null", "integer", "real", "text", "blob"] as const;

/**
 * How many values of each column are of which kind, and how many are the old default. If a row had no value of its own, one of these
 * numbers changes with the default: all such rows change alike, from the old default or NULL to something else.
 */
function* valuesOf(connection: Connection, table: string, columns: readonly Column[]): Task<string> {
  let values = "";
  for (let first = 0; first < columns.length; first += AT_ONCE) {
    values += yield* countValues(connection, table, columns.slice(first, first + AT_ONCE));
  }
  return values;
}

/** How many columns are looked at in one query: a result has no more than 2,000 columns (https://sqlite.org/limits.html). */
const AT_ONCE = 300;

function* countValues(connection: Connection, table: string, columns: readonly Column[]): Task<string> {
  const counters = columns.flatMap((column) => {
    const own = quoteIdentifier(column.name);
    const kinds = STORED.map((kind) => `total(typeof(${own}) = '${kind}')`);
    return [...kinds, `total(${own} COLLATE BINARY IS ${defaultExpression(column)})`];
  });
  const list = counters.map((counter, index) => `${counter} AS c${index}`).join(", ");
  // An index has values of its own, which do not change with the default.
  const [row] = yield* wait(connection.query(`SELECT ${list} FROM ${quoteTable(table)} NOT INDEXED`));
  return JSON.stringify(row);
}
