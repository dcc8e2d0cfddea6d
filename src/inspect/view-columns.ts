/** Reads what SQLite says of the columns of views. */
import type { View } from "../core/schema/schema.ts";
import type { ViewColumn } from "../core/types/typed-schema.ts";
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";

const COLUMNS = "SELECT name, type FROM pragma_table_xinfo(?, 'main') ORDER BY cid";

/** The columns of each view, by its exact name. A view that SQLite cannot run is left out: one of its tables may be gone. */
export function* readViewColumns(
  connection: Connection,
  views: readonly View[],
): Task<ReadonlyMap<string, readonly ViewColumn[]>> {
  const columns = new Map<string, readonly ViewColumn[]>();
  // One query for each, since one that is broken makes a query over all of them fail.
  for (const { name } of views) {
    const found = yield* readColumns(connection, name);
    if (found !== undefined && found.length > 0) columns.set(name, found);
  }
  return columns;
}

function* readColumns(connection: Connection, name: string): Task<readonly ViewColumn[] | undefined> {
  try {
    const rows = yield* wait(connection.query(COLUMNS, [name]));
    return rows.map((row) => ({ name: String(row["name"]), type: String(row["type"] ?? "") }));
  } catch (error) {
    if (connection.failure(error)?.kind !== "other") throw error;
    return undefined;
  }
}
