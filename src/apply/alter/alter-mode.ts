/** How SQLite's own ALTER TABLE treats what refers to a table (https://sqlite.org/pragma.html#pragma_legacy_alter_table). */
import { wait, type Task } from "../../core/task.ts";
import type { Connection } from "../../driver/driver.ts";

/** `modern`: views, triggers and foreign keys follow a new name · `legacy`: they stay as they are, and need not even work. */
export type AlterMode = "modern" | "legacy";

/** Runs `body` in this mode, and puts back whatever the owner of the connection has set. */
export function* inAlterMode<T>(connection: Connection, mode: AlterMode, body: () => Task<T>): Task<T> {
  const [row] = yield* wait(connection.query("PRAGMA legacy_alter_table"));
  const before = Number(row?.["legacy_alter_table"]);
  const wanted = mode === "legacy" ? 1 : 0;
  if (before === wanted) return yield* body();
  yield* wait(connection.query(`PRAGMA legacy_alter_table = ${wanted}`));
  let result: T;
  try {
    result = yield* body();
  } catch (error) {
    try {
      yield* wait(connection.query(`PRAGMA legacy_alter_table = ${before}`));
    } catch {
      // What failed first is what has to be told.
    }
    throw error;
  }
  yield* wait(connection.query(`PRAGMA legacy_alter_table = ${before}`));
  return result;
}
