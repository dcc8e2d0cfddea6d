/** Reads the schema that is the user's: all that stands in a database but lockstep's own tables, with each shadow table where it belongs. */
import type { Schema } from "../core/schema/schema.ts";
import type { Task } from "../core/task.ts";
import { readSchema } from "../inspect/read-schema.ts";
import { retryWhileBusy } from "../lock.ts";
import type { Session } from "../session.ts";
import { separateShadowTables } from "./module-tables.ts";

/** Reads it. Throws `schema_unreadable` for what lockstep cannot read. */
export function* readUserSchema(session: Session): Task<Schema> {
  const { tables } = session;
  const without = [tables.metadata, tables.history];
  const schema = yield* retryWhileBusy(session, () => readSchema(session, without));
  return yield* separateShadowTables(session, schema);
}
