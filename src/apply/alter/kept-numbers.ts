/** What SQLite keeps about a table outside of it, and forgets when the table goes: the last id, and what ANALYZE has counted. */
import { keyIndexes } from "../../core/alter/facts.ts";
import type { Schema } from "../../core/schema/schema.ts";
import type { Table } from "../../core/schema/table.ts";
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";
import { belongingTo } from "./names.ts";

/** The last id that AUTOINCREMENT gave out, as text, since JavaScript's numbers do not hold every id; null where none is noted. */
export function* readSequence(connection: Connection, { name, primaryKey }: Table): Task<string | null> {
  if (primaryKey?.autoincrement !== "yes") return null;
  const sql = "SELECT CAST(seq AS TEXT) AS seq FROM main.sqlite_sequence WHERE name = ? AND seq IS NOT NULL";
  const [row] = yield* wait(connection.query(sql, [name]));
  return row === undefined ? null : String(row["seq"]);
}

/**
 * Notes the last id again, so that none is given out a second time. `others`: rows have other ids now, and a greater one of these stays
 * noted.
 */
export function* giveSequence(
  connection: Connection,
  { name, primaryKey }: Table,
  { last, ids }: { readonly last: string | null; readonly ids: "kept" | "others" },
): Task<void> {
  if (last === null || primaryKey?.autoincrement !== "yes") return;
  const seq = ids === "kept" ? "CAST(? AS INTEGER)" : "max(seq, CAST(? AS INTEGER))";
  const update = `UPDATE main.sqlite_sequence SET seq = ${seq} WHERE name = ? RETURNING name AS name`;
  const found = yield* wait(connection.query(update, [last, name]));
  if (found.length > 0) return;
  yield* wait(
    connection.query("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, CAST(? AS INTEGER))", [name, last]),
  );
}

/** Deletes what was counted of indexes that are others now. The rest stays: SQLite keeps it by the names, which are the same. */
export function* forgetStatistics(
  connection: Connection,
  { schema, current, wanted }: { readonly schema: Schema; readonly current: Table; readonly wanted: Table },
): Task<void> {
  if (current.storage === wanted.storage && keyIndexes(current) === keyIndexes(wanted)) return;
  const stay = JSON.stringify(belongingTo(schema.indexes, current).map(({ name }) => name));
  const tables = yield* wait(
    connection.query("SELECT name FROM main.sqlite_schema WHERE name IN ('sqlite_stat1', 'sqlite_stat4')"),
  );
  for (const { name } of tables) {
    const sql = `DELETE FROM main.${String(name)} WHERE tbl = ? AND idx IS NOT NULL AND idx NOT IN (SELECT value FROM json_each(?))`;
    yield* wait(connection.query(sql, [current.name, stay]));
  }
}
