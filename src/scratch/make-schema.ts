/** Makes a schema on a scratch database, in an order in which SQLite takes it. */
import { loadOrder } from "../core/schema/load-order.ts";
import type { Schema } from "../core/schema/schema.ts";
import { wait, type Task } from "../core/task.ts";
import type { Session } from "../session.ts";

/** Makes every object of a schema on an empty database. */
export function* makeSchema({ connection }: Session, schema: Schema): Task<void> {
  yield* wait(connection.query("PRAGMA foreign_keys = OFF"));
  for (const { object, dependents } of loadOrder(schema)) {
    for (const { sql } of [object, ...dependents]) yield* wait(connection.execute(sql));
  }
}
