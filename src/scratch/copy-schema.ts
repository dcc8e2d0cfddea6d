/** Copies a schema, without its rows, to a database in memory. */
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";
import type { Session } from "../session.ts";

/** Makes the objects of the schema on the scratch database. Gives why one of them cannot be made. */
export function* copySchema(session: Session, scratch: Connection): Task<string | undefined> {
  yield* wait(scratch.query("PRAGMA foreign_keys = OFF"));
  if (!session.isThere) return undefined;
  const rows = yield* wait(
    session.connection.query(
      `SELECT list.type AS kind, stored.name AS name, sql FROM sqlite_schema AS stored
      LEFT JOIN pragma_table_list AS list ON list.schema = 'main' AND list.name = stored.name AND stored.type IN ('table', 'view')
      WHERE sql IS NOT NULL AND substr(stored.name, 1, 7) <> 'sqlite_' ORDER BY stored.type <> 'table', stored.type = 'trigger', stored.rowid`,
    ),
  );
  for (const { kind, name, sql } of rows) {
    // Its virtual table makes it.
    if (kind === "shadow") continue;
    try {
      yield* wait(scratch.execute(String(sql)));
    } catch (error) {
      const message = scratch.failure(error)?.message;
      if (message === undefined) throw error;
      return `${String(name)} cannot be made on a copy: ${message}`;
    }
  }
  return undefined;
}
