/** The numbers in the header of a database file that SQLite keeps for the application. */
import { wait, type Task } from "../core/task.ts";
import type { Connection } from "../driver/driver.ts";

/** The pragmas that read and set them (https://sqlite.org/pragma.html#pragma_application_id). */
export const headerNumbers = ["application_id", "user_version"] as const;

/** 0 where nobody has set one. */
export type Header = Readonly<Record<(typeof headerNumbers)[number], number>>;

/** Reads them. */
export function* readHeader(connection: Connection): Task<Header> {
  const header = { application_id: 0, user_version: 0 };
  for (const name of headerNumbers) {
    const [row] = yield* wait(connection.query(`PRAGMA main.${name}`));
    header[name] = Number(row?.[name]);
  }
  return header;
}
