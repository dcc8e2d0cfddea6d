/**
 * Changes the stored text of a table and touches no row (https://sqlite.org/pragma.html#pragma_writable_schema). Only for texts under
 * which the rows are stored alike.
 */
import { quoteString, quoteTable } from "../../core/sql/quote.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";

/** Whether this connection may change the stored text: a library in its defensive mode refuses. Nothing is written. */
export function* canEditSchema(connection: Connection): Task<boolean> {
  const [row] = yield* wait(connection.query("PRAGMA writable_schema"));
  const before = Number(row?.["writable_schema"]);
  return yield* allowed(connection, { before, after: String(before) }, function* () {
    try {
      yield* wait(connection.query("EXPLAIN UPDATE main.sqlite_schema SET sql = sql"));
      return true;
    } catch (error) {
      if (connection.failure(error) === undefined) throw error;
      return false;
    }
  });
}

/** A `trial` is taken back, and counts as no change that is made. */
export type EditKind = "change" | "trial";

/** Puts the text in place of the stored one, and makes every connection read the schema again. */
export function* editSchema(
  connection: Connection,
  { name, sql, kind = "change" }: { readonly name: string; readonly sql: string; readonly kind?: EditKind },
): Task<void> {
  const [cookie] = yield* wait(connection.query("PRAGMA main.schema_version"));
  const next = Number(cookie?.["schema_version"]) + 1;
  yield* allowed(connection, { before: 0, after: "RESET" }, function* () {
    const text = `sql = ${quoteString(sql)} WHERE type = 'table' AND name = ${quoteString(name)}`;
    const update = `UPDATE main.sqlite_schema SET ${text}`;
    yield* wait<unknown>(kind === "trial" ? connection.query(update) : connection.execute(update));
    yield* wait(connection.query(`PRAGMA main.schema_version = ${next}`));
  });
  // A text that SQLite cannot read shows here; ROLLBACK heals it.
  yield* wait(connection.query(`SELECT 1 FROM ${quoteTable(name)} LIMIT 0`));
}

/** Runs `body` while the schema may be written. RESET also makes this connection read it again. */
function* allowed<T>(
  connection: Connection,
  { before, after }: { readonly before: number; readonly after: string },
  body: () => Task<T>,
): Task<T> {
  connection.allowSchemaEdits?.("allowed");
  try {
    if (before === 0) yield* wait(connection.query("PRAGMA writable_schema = ON"));
    const result = yield* body();
    yield* wait(connection.query(`PRAGMA writable_schema = ${after}`));
    return result;
  } catch (error) {
    try {
      yield* wait(connection.query(`PRAGMA writable_schema = ${after}`));
    } catch {
      // What failed first is what has to be told.
    }
    throw error;
  } finally {
    connection.allowSchemaEdits?.("denied");
  }
}
