/** Reads what the types of a database's rows are made from, all of it as of one moment. Writes nothing. */
import type { Task } from "../core/task.ts";
import { typesText } from "../core/types/types-text.ts";
import type { TypedSchema } from "../core/types/typed-schema.ts";
import { readCookie } from "../inspect/catalog.ts";
import { readSchema } from "../inspect/read-schema.ts";
import { readViewColumns } from "../inspect/view-columns.ts";
import { retryWhileBusy } from "../lock.ts";
import { readHistory } from "../look.ts";
import type { TypesReport } from "../report.ts";
import type { Session } from "../session.ts";
import { refuseMissing } from "./missing-database.ts";

/** The types as a text of TypeScript. */
export function* readTypes(session: Session): Task<TypesReport> {
  refuseMissing(session);
  const { version } = yield* readHistory(session);
  return { database: session.database, currentVersion: version, types: typesText(yield* readTyped(session)) };
}

/** Reads again where another connection has changed the schema meanwhile, for which a dump opens no transaction either. */
function* readTyped(session: Session): Task<TypedSchema> {
  const { connection, tables } = session;
  const without = [tables.metadata, tables.history];
  for (;;) {
    const before = yield* retryWhileBusy(session, () => readCookie(connection));
    const schema = yield* retryWhileBusy(session, () => readSchema(session, without));
    const viewColumns = yield* retryWhileBusy(session, () => readViewColumns(connection, schema.views));
    if ((yield* retryWhileBusy(session, () => readCookie(connection))) === before) return { schema, viewColumns };
  }
}
